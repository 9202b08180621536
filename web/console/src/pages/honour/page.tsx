import { useTexts } from '@kumkm/shared/texts/language.ts';
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { useMe } from '../../data/me.ts';
import { Fault } from '../../parts/fault.tsx';
import { Waiting } from '../../parts/loading.tsx';
import { OfRegion } from '../../parts/of-region.tsx';
import { Page } from '../../parts/page.tsx';
import { honour } from '../../texts/honour.ts';
import { useView, viewOf } from '../../view.ts';
import { NewRun } from './new-run.tsx';
import { rulesQuery, runsQuery } from './queries.ts';
import { Rules } from './rules.tsx';
import { OpenedRun, Runs } from './runs.tsx';
import { honourOf } from './search.ts';
import { Statements } from './statements.tsx';

/** What enumerators are paid: the rules, the lists that were made, and everybody's statement. */
export function HonourPage() {
  return <OfRegion>{(code) => <Honour code={code} />}</OfRegion>;
}

function Honour({ code }: { readonly code: string }) {
  const t = useTexts(honour);
  const role = useMe()?.role;
  const rules = useQuery(rulesQuery(useView()));
  const isOffice = role === 'officer' || role === 'admin';
  const [making, setMaking] = useState(false);
  const make = isOffice && rules.data !== undefined && rules.data.rules.length > 0 && (
    <Button color="teal" size="md" onClick={() => setMaking(true)}>
      {t.make}
    </Button>
  );
  return (
    <Page title={t.title} about={t.about} actions={make || undefined}>
      {rules.isPending && <Waiting rows={2} height={48} />}
      {rules.isError && <Fault fault={rules.error} again={() => void rules.refetch()} />}
      {rules.data !== undefined && <Rules answer={rules.data} mayChange={role === 'admin'} />}
      {isOffice ? (
        <Office code={code} making={making} onMade={() => setMaking(false)} />
      ) : (
        <Statements run={undefined} />
      )}
    </Page>
  );
}

interface OfficeTold {
  readonly code: string;
  readonly making: boolean;
  readonly onMade: () => void;
}

function Office({ code, making, onMade }: OfficeTold) {
  const view = useView();
  const navigate = useNavigate();
  const { daftar } = honourOf(useSearch({ from: '/honor' }));
  const runs = useQuery(runsQuery(code, view));
  const opened = runs.data?.find((run) => run.id === daftar);
  return (
    <>
      {making && (
        <NewRun
          code={code}
          onClose={onMade}
          onMade={(id) => {
            onMade();
            void navigate({ to: '/honor', search: (before) => ({ ...viewOf(before), daftar: id }) });
          }}
        />
      )}
      {runs.isPending && <Waiting rows={3} height={48} />}
      {runs.isError && <Fault fault={runs.error} again={() => void runs.refetch()} />}
      {runs.data !== undefined && <Runs rows={runs.data} open={daftar} />}
      {opened !== undefined && <OpenedRun key={opened.id} run={opened} />}
    </>
  );
}
