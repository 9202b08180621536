import { useTexts } from '@kumkm/shared/texts/language.ts';
import { parts } from '../texts/parts.ts';
import { type Column, DataTable } from './table/table.tsx';
import { placeOf } from './table-files.ts';

interface Faulty {
  readonly pointer: string;
  readonly code: string;
  readonly detail: string;
}

/** What is wrong with a file, each fault at its cell. */
export function FaultyCells({ faults }: { readonly faults: readonly Faulty[] }) {
  const t = useTexts(parts);
  const columns: readonly Column<Faulty>[] = [
    {
      key: 'line',
      label: t.rowNumber,
      end: true,
      by: (row) => placeOf(row.pointer)?.line,
      cell: (row) => placeOf(row.pointer)?.line ?? '–',
    },
    {
      key: 'column',
      label: t.column,
      by: (row) => placeOf(row.pointer)?.column,
      cell: (row) => <code>{placeOf(row.pointer)?.column ?? row.pointer}</code>,
    },
    { key: 'detail', label: t.problem, card: 'heading', cell: (row) => row.detail },
  ];
  return (
    <DataTable
      caption={t.faultCount}
      columns={columns}
      rows={faults}
      rowKey={(row) => row.pointer + row.code}
    />
  );
}
