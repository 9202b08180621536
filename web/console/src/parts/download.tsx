import type { Column } from '@kumkm/shared/files.ts';
import { count } from '@kumkm/shared/formats/numbers.ts';
import { useLanguage, useTexts } from '@kumkm/shared/texts/language.ts';
import { Button } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { MOST_ROWS } from '../data/pages.ts';
import { parts } from '../texts/parts.ts';
import styles from './download.module.css';
import { saveCsv } from './export.ts';
import { Fault } from './fault.tsx';

interface Told<Row> {
  readonly columns: readonly Column<Row>[];
  readonly ask: () => Promise<readonly Row[]>;
  /** Of the file. */
  readonly name: string;
}

/** The whole list as a file, not only what is shown of it. */
export function Download<Row>({ columns, ask, name }: Told<Row>) {
  const t = useTexts(parts);
  const language = useLanguage();
  const making = useMutation({
    mutationFn: ask,
    onSuccess: (rows) => saveCsv(columns, rows, language, name),
  });
  const isCut = making.data?.length === MOST_ROWS;
  return (
    <>
      <Button
        variant="default"
        className={`${styles.download} no-print`}
        leftSection={<IconDownload size={18} stroke={1.75} aria-hidden />}
        loading={making.isPending}
        onClick={() => making.mutate()}
      >
        {t.downloadCsv}
      </Button>
      {isCut && <p className={styles.quiet}>{t.csvCut(count(MOST_ROWS, language))}</p>}
      {making.isError && <Fault fault={making.error} again={() => making.mutate()} />}
    </>
  );
}
