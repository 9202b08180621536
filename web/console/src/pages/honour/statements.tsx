import { monthOf } from '@kumkm/shared/formats/dates.ts';
import { count, rupiah } from '@kumkm/shared/formats/numbers.ts';
import { useLanguage, useTexts } from '@kumkm/shared/texts/language.ts';
import { UnstyledButton } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { Fault } from '../../parts/fault.tsx';
import { LoadMore } from '../../parts/load-more.tsx';
import { Waiting } from '../../parts/loading.tsx';
import section from '../../parts/section.module.css';
import surfaces from '../../parts/surfaces.module.css';
import { type Column, DataTable } from '../../parts/table/table.tsx';
import { honour } from '../../texts/honour.ts';
import { useView } from '../../view.ts';
import { type Statement, statementsQuery } from './queries.ts';
import { OpenedStatement } from './statement.tsx';

/** Everybody's statement: of a run, or all that one may see. */
export function Statements({ run }: { readonly run: string | undefined }) {
  const t = useTexts(honour);
  const language = useLanguage();
  const [open, setOpen] = useState<Statement>();
  const list = useInfiniteQuery(statementsQuery(useView(), run));
  const rows = list.data?.pages.flatMap((page) => page.items) ?? [];
  const columns = useMemo(
    (): readonly Column<Statement>[] => [
      {
        key: 'name',
        label: t.enumerator,
        card: 'heading',
        cell: (row) => (
          <UnstyledButton className={surfaces.leads} onClick={() => setOpen(row)}>
            {row.enumerator.name}
          </UnstyledButton>
        ),
      },
      { key: 'number', label: t.number, cell: (row) => row.number },
      ...(run === undefined
        ? [{ key: 'month', label: t.month, cell: (row: Statement) => monthOf(row.month, language) }]
        : []),
      { key: 'records', label: t.records, end: true, cell: (row) => count(row.records, language) },
      {
        key: 'fee',
        label: t.fee,
        end: true,
        cell: (row) => rupiah(row.amount - row.corrections, language),
      },
      {
        key: 'corrections',
        label: t.corrections,
        end: true,
        cell: (row) => (row.corrections === 0 ? '–' : rupiah(row.corrections, language)),
      },
      {
        key: 'carried',
        label: t.carriedIn,
        end: true,
        wide: true,
        cell: (row) => (row.carried_in === 0 ? '–' : rupiah(row.carried_in, language)),
      },
      { key: 'payable', label: t.payable, end: true, cell: (row) => rupiah(row.payable, language) },
    ],
    [t, language, run],
  );
  return (
    <>
      {list.isPending && <Waiting rows={6} height={48} />}
      {list.isError && <Fault fault={list.error} again={() => void list.refetch()} />}
      {list.isSuccess && rows.length === 0 && <p className={surfaces.none}>{t.noStatements}</p>}
      {rows.length > 0 && (
        <section className={section.section} aria-label={t.statements}>
          <DataTable caption={t.statements} columns={columns} rows={rows} rowKey={(row) => row.id} />
          <LoadMore list={list} />
        </section>
      )}
      {open !== undefined && <OpenedStatement statement={open} onClose={() => setOpen(undefined)} />}
    </>
  );
}
