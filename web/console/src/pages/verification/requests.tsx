import { useLanguage, useTexts } from '@kumkm/shared/texts/language.ts';
import { Alert } from '@mantine/core';
import { IconLock, IconRosetteDiscountCheck } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link, useSearch } from '@tanstack/react-router';
import { useMemo } from 'react';
import { agencyName } from '../../data/agencies.ts';
import { Empty } from '../../parts/empty.tsx';
import { Fault } from '../../parts/fault.tsx';
import { LoadMore } from '../../parts/load-more.tsx';
import { Waiting } from '../../parts/loading.tsx';
import { Section } from '../../parts/section.tsx';
import surfaces from '../../parts/surfaces.module.css';
import { figuresIn, timesIn } from '../../parts/table/figures.ts';
import { type Column, DataTable } from '../../parts/table/table.tsx';
import { verification } from '../../texts/verification.ts';
import { wordOf } from '../../texts/word-of.ts';
import { viewOf } from '../../view.ts';
import { OpenedRequest } from './opened.tsx';
import { type Request_, requestsQuery } from './queries.ts';
import { verificationOf } from './search.ts';
import { Standing } from './standing.tsx';

/** What agencies were asked, and the one that is open. */
export function Requests({ mayUnmask }: { readonly mayUnmask: boolean }) {
  const t = useTexts(verification);
  const { permintaan } = verificationOf(useSearch({ from: '/konfirmasi' }));
  const list = useInfiniteQuery(requestsQuery);
  const rows = list.data?.pages.flatMap((page) => page.items) ?? [];
  const columns = useColumns();
  return (
    <>
      {permintaan !== undefined && <OpenedRequest key={permintaan} id={permintaan} mayUnmask={mayUnmask} />}
      <Section title={t.requests} about={[t.requestsAbout]}>
        {!mayUnmask && (
          <Alert variant="light" color="gray" icon={<IconLock aria-hidden />}>
            {t.noRight}
          </Alert>
        )}
        {list.isPending && <Waiting rows={3} height={48} />}
        {list.isError && <Fault fault={list.error} again={() => void list.refetch()} />}
        {list.isSuccess && rows.length === 0 && (
          <Empty
            title={t.noRequests}
            about={t.noRequestsAbout}
            icon={<IconRosetteDiscountCheck size={32} stroke={1.5} aria-hidden />}
          />
        )}
        {rows.length > 0 && (
          <>
            <DataTable
              caption={t.requests}
              columns={columns}
              rows={rows}
              rowKey={(row) => row.id}
              selected={permintaan}
            />
            <LoadMore list={list} />
          </>
        )}
      </Section>
    </>
  );
}

function useColumns(): readonly Column<Request_>[] {
  const t = useTexts(verification);
  const language = useLanguage();
  return useMemo(() => {
    const figure = figuresIn<Request_>(language);
    return [
      {
        key: 'what',
        label: t.kind,
        card: 'heading',
        by: (row) => row.kind,
        cell: (row) => (
          <Link
            from="/konfirmasi"
            to="/konfirmasi"
            search={(before) => ({ ...viewOf(before), permintaan: row.id })}
            className={surfaces.leads}
          >
            {t.opened(wordOf(t.kinds, row.kind), agencyName(row.source))}
          </Link>
        ),
      },
      timesIn<Request_>(language)('made', t.made, (row) => row.made_at),
      {
        key: 'region',
        label: t.region,
        wide: true,
        by: (row) => row.region_name,
      },
      figure('asked', t.asked, (row) => row.asked),
      figure('answered', t.answered, (row) => row.answered),
      figure('mismatch', t.states.mismatch, (row) => row.mismatch),
      figure('not_found', t.states.not_found, (row) => row.not_found),
      { key: 'state', label: t.state, cell: (row) => <Standing request={row} /> },
    ];
  }, [t, language]);
}
