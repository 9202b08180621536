import { longDay } from '@kumkm/shared/formats/dates.ts';
import { count, percent } from '@kumkm/shared/formats/numbers.ts';
import { useLanguage, useTexts } from '@kumkm/shared/texts/language.ts';
import { Button } from '@mantine/core';
import { IconStack2 } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { type Cutoff, cutoffsQuery } from '../../data/cutoffs.ts';
import { useMe } from '../../data/me.ts';
import { type RegionAnswer, regionQuery } from '../../data/progress.ts';
import { Empty } from '../../parts/empty.tsx';
import { Fault } from '../../parts/fault.tsx';
import { Waiting } from '../../parts/loading.tsx';
import { Page } from '../../parts/page.tsx';
import { RegionPage } from '../../parts/region-page.tsx';
import section from '../../parts/section.module.css';
import surfaces from '../../parts/surfaces.module.css';
import { figuresIn, timesIn } from '../../parts/table/figures.ts';
import { type Column, DataTable } from '../../parts/table/table.tsx';
import { mayEnter } from '../../shell/navigation.ts';
import { cutoffs } from '../../texts/cutoffs.ts';
import { useView, viewOf } from '../../view.ts';
import { Opened } from './opened.tsx';
import { Publish } from './publish.tsx';
import { cutoffsOf } from './search.ts';

/** Figures that were published: the list, one of them, and what differs between two. */
export function CutoffsPage() {
  const t = useTexts(cutoffs);
  return (
    <RegionPage title={t.title} ask={regionQuery} rows={5} height={64}>
      {(code, answer) => <Cutoffs code={code} answer={answer} />}
    </RegionPage>
  );
}

function Cutoffs({ code, answer }: { readonly code: string; readonly answer: RegionAnswer }) {
  const t = useTexts(cutoffs);
  const view = useView();
  const navigate = useNavigate();
  const { rilis, dengan } = cutoffsOf(useSearch({ from: '/rilis' }));
  const [publishing, setPublishing] = useState(false);
  const mayPublish = mayEnter(useMe()?.role, 'campaign');
  const list = useQuery(cutoffsQuery(code, view));
  const publish = mayPublish && (
    <Button color="teal" size="md" onClick={() => setPublishing(true)}>
      {t.publish}
    </Button>
  );
  return (
    <Page title={t.title} about={t.about} actions={publish || undefined}>
      {publishing && (
        <Publish
          answer={answer}
          onClose={() => setPublishing(false)}
          onPublished={(id) => {
            setPublishing(false);
            void navigate({ to: '/rilis', search: (before) => ({ ...viewOf(before), rilis: id }) });
          }}
        />
      )}
      {list.isPending && <Waiting rows={4} height={48} />}
      {list.isError && <Fault fault={list.error} again={() => void list.refetch()} />}
      {list.data?.length === 0 && (
        <Empty title={t.none} about={t.noneAbout} icon={<IconStack2 size={32} stroke={1.5} aria-hidden />} />
      )}
      {list.data !== undefined && list.data.length > 0 && <List rows={list.data} open={rilis} />}
      {rilis !== undefined && <Opened key={rilis} id={rilis} other={dengan} all={list.data ?? []} />}
    </Page>
  );
}

function List({ rows, open }: { readonly rows: readonly Cutoff[]; readonly open: string | undefined }) {
  const t = useTexts(cutoffs);
  const language = useLanguage();
  const columns = useMemo((): readonly Column<Cutoff>[] => {
    const figure = figuresIn<Cutoff>(language);
    const time = timesIn<Cutoff>(language);
    return [
      {
        key: 'name',
        label: t.name,
        card: 'heading',
        by: (row) => row.name,
        cell: (row) => (
          <Link
            from="/rilis"
            to="/rilis"
            search={(before) => ({ ...viewOf(before), rilis: row.id })}
            resetScroll={false}
            className={surfaces.leads}
          >
            {row.name}
          </Link>
        ),
      },
      { key: 'region', label: t.region, by: (row) => row.region.name },
      time('day', t.asOf, (row) => row.as_of, longDay),
      {
        key: 'entered',
        label: t.entered,
        end: true,
        by: (row) => row.entered,
        cell: (row) => t.of(count(row.entered, language), count(row.target, language)),
      },
      figure('percent', '%', (row) => row.percent, percent),
      time('published', t.published, (row) => row.published_at),
      {
        key: 'by',
        label: t.by,
        wide: true,
        by: (row) => row.published_by.name,
      },
    ];
  }, [t, language]);
  return (
    <section className={section.section} aria-label={t.list}>
      <DataTable caption={t.list} columns={columns} rows={rows} rowKey={(row) => row.id} selected={open} />
    </section>
  );
}
