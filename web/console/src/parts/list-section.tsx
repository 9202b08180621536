import type { Column as FileColumn } from '@kumkm/shared/files.ts';
import { count } from '@kumkm/shared/formats/numbers.ts';
import { useLanguage } from '@kumkm/shared/texts/language.ts';
import type { InfiniteData, UseInfiniteQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { Paged } from '../data/pages.ts';
import { Download } from './download.tsx';
import { Empty } from './empty.tsx';
import { Fault } from './fault.tsx';
import { LoadMore } from './load-more.tsx';
import { Waiting } from './loading.tsx';
import styles from './section.module.css';
import { Section } from './section.tsx';
import { type Column, DataTable } from './table/table.tsx';

interface Told<Row> {
  readonly words: {
    readonly list: string;
    readonly listAbout: string;
    /** How many rows are shown. */
    readonly shown: (rows: string) => string;
    /** What is said where there is none. */
    readonly noneTitle: string;
    readonly none: string;
  };
  readonly filters: ReactNode;
  readonly list: UseInfiniteQueryResult<InfiniteData<Paged<Row>>>;
  readonly rowKey: (row: Row) => string;
  readonly columns: readonly Column<Row>[];
  /** Of the whole list as a file, not only of what is shown. */
  readonly file: {
    readonly name: string;
    readonly columns: readonly FileColumn<Row>[];
    readonly ask: () => Promise<readonly Row[]>;
  };
}

/** A list that comes by pages, as a table under its filters, with the way out as a file. */
export function ListSection<Row>({ words, filters, list, rowKey, columns, file }: Told<Row>) {
  const language = useLanguage();
  const rows = list.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Section title={words.list} about={[words.listAbout]} aside={rows.length > 0 && <Download {...file} />}>
      {filters}
      {list.isPending && <Waiting rows={5} height={48} />}
      {list.isError && <Fault fault={list.error} again={() => void list.refetch()} />}
      {list.isSuccess && rows.length === 0 && <Empty title={words.noneTitle} about={words.none} />}
      {rows.length > 0 && (
        <>
          <p className={styles.quiet}>{words.shown(count(rows.length, language))}</p>
          <DataTable caption={words.list} columns={columns} rows={rows} rowKey={rowKey} />
          <LoadMore list={list} />
        </>
      )}
    </Section>
  );
}
