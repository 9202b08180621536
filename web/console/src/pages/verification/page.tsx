import { useTexts } from '@kumkm/shared/texts/language.ts';
import { Button } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useMayUnmask, useMe } from '../../data/me.ts';
import { Page } from '../../parts/page.tsx';
import { RegionPage } from '../../parts/region-page.tsx';
import { verification } from '../../texts/verification.ts';
import { viewOf } from '../../view.ts';
import { ByRegion } from './by-region.tsx';
import { NewRequest } from './new-request.tsx';
import { type Summary, summaryQuery } from './queries.ts';
import { Requests } from './requests.tsx';
import { States } from './states.tsx';

const OFFICE = ['officer', 'admin'];

/** Numbers that others can confirm: how many of a region are, what was asked, and the answers. */
export function VerificationPage() {
  const t = useTexts(verification);
  return (
    <RegionPage title={t.title} ask={summaryQuery} rows={3} height={180}>
      {(code, summary) => <Verification code={code} summary={summary} />}
    </RegionPage>
  );
}

function Verification({ code, summary }: { readonly code: string; readonly summary: Summary }) {
  const t = useTexts(verification);
  const navigate = useNavigate();
  const role = useMe()?.role;
  const isOffice = role !== undefined && OFFICE.includes(role);
  const mayUnmask = useMayUnmask();
  const [making, setMaking] = useState(false);
  return (
    <Page
      title={t.title}
      about={t.about(summary.region_name)}
      actions={
        isOffice && mayUnmask ? (
          <Button color="teal" size="md" onClick={() => setMaking(true)}>
            {t.make}
          </Button>
        ) : undefined
      }
    >
      <States summary={summary} />
      {isOffice && <Requests mayUnmask={mayUnmask} />}
      <ByRegion code={code} summary={summary} />
      {making && (
        <NewRequest
          code={code}
          summary={summary}
          onClose={() => setMaking(false)}
          onMade={(id) => {
            setMaking(false);
            void navigate({
              to: '/konfirmasi',
              search: (before) => ({ ...viewOf(before), permintaan: id }),
              resetScroll: false,
            });
          }}
        />
      )}
    </Page>
  );
}
