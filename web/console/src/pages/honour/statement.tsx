import { monthOf } from '@kumkm/shared/formats/dates.ts';
import { count, rupiah } from '@kumkm/shared/formats/numbers.ts';
import { useLanguage, useTexts } from '@kumkm/shared/texts/language.ts';
import { Badge } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { Dialog } from '../../parts/dialog.tsx';
import { Documents } from '../../parts/documents.tsx';
import { FactList } from '../../parts/fact-list.tsx';
import { Fault } from '../../parts/fault.tsx';
import { Waiting } from '../../parts/loading.tsx';
import section from '../../parts/section.module.css';
import { type Column, DataTable } from '../../parts/table/table.tsx';
import { honour } from '../../texts/honour.ts';
import { type Statement, type StatementLine, statementQuery } from './queries.ts';

interface Told {
  readonly statement: Statement;
  readonly onClose: () => void;
}

/** How a statement came to its sum, month by month. */
export function OpenedStatement({ statement, onClose }: Told) {
  const t = useTexts(honour);
  const language = useLanguage();
  const found = useQuery(statementQuery(statement.id));
  const columns = useMemo(
    (): readonly Column<StatementLine>[] => [
      {
        key: 'month',
        label: t.month,
        card: 'heading',
        cell: (row) => (
          <span>
            {monthOf(row.month, language)}
            {row.is_correction && (
              <Badge ml={8} variant="light" color="orange">
                {t.correction}
              </Badge>
            )}
          </span>
        ),
      },
      { key: 'entered', label: t.entered, end: true, cell: (row) => count(row.entered, language) },
      { key: 'verified', label: t.verified, end: true, cell: (row) => count(row.verified, language) },
      { key: 'paid', label: t.paid, end: true, cell: (row) => count(row.records, language) },
      { key: 'rate', label: t.rate, end: true, cell: (row) => rupiah(row.rate, language) },
      { key: 'due', label: t.due, end: true, cell: (row) => rupiah(row.due, language) },
      { key: 'before', label: t.before, end: true, cell: (row) => rupiah(row.before, language) },
      { key: 'amount', label: t.amount, end: true, cell: (row) => rupiah(row.amount, language) },
    ],
    [t, language],
  );
  const facts = [
    [t.amount, rupiah(statement.amount, language)],
    ...(statement.carried_in === 0 ? [] : [[t.carriedIn, rupiah(statement.carried_in, language)] as const]),
    [t.payable, rupiah(statement.payable, language)],
    ...(statement.carried_out === 0
      ? []
      : [[t.carriedOut, rupiah(statement.carried_out, language)] as const]),
  ] as const;
  return (
    <Dialog title={`${statement.enumerator.name}, ${statement.number}`} size="80rem" onClose={onClose}>
      <div className={section.section}>
        {found.isPending && <Waiting rows={3} height={48} />}
        {found.isError && <Fault fault={found.error} again={() => void found.refetch()} />}
        {found.data !== undefined && (
          <DataTable
            caption={t.lines}
            columns={columns}
            rows={found.data.lines}
            rowKey={(row) => row.month}
          />
        )}
        <FactList className={`figures ${section.figures}`} facts={facts} />
        {found.data !== undefined && <p className={section.quiet}>{t.words(found.data.words)}</p>}
        <p className={section.quiet}>{t.explained}</p>
        <Documents
          paths={{ pdf: `honour/statements/${statement.id}/statement.pdf` }}
          name={statement.number}
        />
      </div>
    </Dialog>
  );
}
