import { longDay } from '@kumkm/shared/formats/dates.ts';
import { useLanguage, useTexts } from '@kumkm/shared/texts/language.ts';
import { Button, CopyButton, NativeSelect } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { type Cutoff, cutoffsQuery } from '../../data/cutoffs.ts';
import { Documents } from '../../parts/documents.tsx';
import { Fault } from '../../parts/fault.tsx';
import { Waiting } from '../../parts/loading.tsx';
import { OfRegion } from '../../parts/of-region.tsx';
import { Page } from '../../parts/page.tsx';
import section from '../../parts/section.module.css';
import { Section } from '../../parts/section.tsx';
import { reports } from '../../texts/reports.ts';
import { useView, viewOf } from '../../view.ts';
import { askedOf, recapQuery } from './queries.ts';
import styles from './reports.module.css';
import { reportOf } from './search.ts';

/** What people ask for in a group and in a meeting: the recap to copy, the report to hand out. */
export function ReportsPage() {
  return <OfRegion>{(code) => <Reports code={code} />}</OfRegion>;
}

function Reports({ code }: { readonly code: string }) {
  const t = useTexts(reports);
  const view = useView();
  const { rilis } = reportOf(useSearch({ from: '/laporan' }));
  const asked = askedOf(code, view, rilis);
  return (
    <Page title={t.title} about={t.about}>
      <Of code={code} chosen={rilis} />
      <Recap asked={asked} />
      <Meeting asked={asked} />
    </Page>
  );
}

/** Whether the report is of the day in the bar above, or of a cut-off. */
function Of({ code, chosen }: { readonly code: string; readonly chosen: string | undefined }) {
  const t = useTexts(reports);
  const language = useLanguage();
  const view = useView();
  const navigate = useNavigate();
  const list = useQuery(cutoffsQuery(code, view));
  const named = (cutoff: Cutoff) =>
    `${cutoff.name} (${cutoff.region.name}, ${longDay(cutoff.as_of, language)})`;
  return (
    <div className={section.filters}>
      {list.isError && <Fault fault={list.error} again={() => void list.refetch()} />}
      <NativeSelect
        label={t.of}
        value={chosen ?? ''}
        data={[
          { value: '', label: view.as_of === undefined ? t.now : t.day(longDay(view.as_of, language)) },
          ...(list.data ?? []).map((each) => ({ value: each.id, label: named(each) })),
        ]}
        onChange={(event) => {
          const id = event.currentTarget.value;
          void navigate({
            to: '/laporan',
            search: (before) => ({ ...viewOf(before), ...(id === '' ? {} : { rilis: id }) }),
            replace: true,
            resetScroll: false,
          });
        }}
      />
    </div>
  );
}

function Recap({ asked }: { readonly asked: URLSearchParams }) {
  const t = useTexts(reports);
  const recap = useQuery(recapQuery(asked));
  return (
    <Section
      title={t.recap}
      about={[t.recapAbout]}
      aside={
        recap.data !== undefined && (
          <CopyButton value={recap.data}>
            {({ copied, copy }) => (
              <Button
                size="md"
                color="teal"
                leftSection={
                  copied ? <IconCheck size={18} aria-hidden /> : <IconCopy size={18} aria-hidden />
                }
                onClick={copy}
              >
                {copied ? t.copied : t.copy}
              </Button>
            )}
          </CopyButton>
        )
      }
    >
      {recap.isPending && <Waiting rows={6} height={32} />}
      {recap.isError && <Fault fault={recap.error} again={() => void recap.refetch()} />}
      {recap.data !== undefined && <pre className={styles.recap}>{recap.data}</pre>}
    </Section>
  );
}

function Meeting({ asked }: { readonly asked: URLSearchParams }) {
  const t = useTexts(reports);
  const paths = { pdf: `reports/meeting.pdf?${asked}`, xlsx: `reports/meeting.xlsx?${asked}` };
  return (
    <Section
      title={t.meeting}
      about={[t.meetingAbout]}
      aside={<Documents paths={paths} name={t.meeting} />}
    />
  );
}
