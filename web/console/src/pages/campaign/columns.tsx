import { count, NONE } from '@kumkm/shared/formats/numbers.ts';
import { useLanguage, useTexts } from '@kumkm/shared/texts/language.ts';
import { TextInput } from '@mantine/core';
import { IconLock, IconSearch } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useDeferredValue, useMemo, useState } from 'react';
import { Fault } from '../../parts/fault.tsx';
import { Waiting } from '../../parts/loading.tsx';
import { DataTable, type Column as TableColumn } from '../../parts/table/table.tsx';
import { Ways } from '../../parts/ways.tsx';
import { campaignTexts } from '../../texts/campaign.ts';
import styles from './campaign.module.css';
import { type Column, columnsQuery } from './queries.ts';

/** What the columns of exports mean. */
export function Columns() {
  const t = useTexts(campaignTexts);
  const language = useLanguage();
  const columns = useQuery(columnsQuery);
  const [words, setWords] = useState('');
  const asked = useDeferredValue(words.trim().toLowerCase());
  const all = columns.data;
  const shown = useMemo(
    () =>
      all?.filter((each) =>
        [each.name, labelOf(each, language), meaningOf(each, language), each.concept].some((text) =>
          text.toLowerCase().includes(asked),
        ),
      ) ?? [],
    [all, asked, language],
  );
  if (columns.isError) return <Fault fault={columns.error} again={() => void columns.refetch()} />;
  if (all === undefined) return <Waiting rows={8} />;
  return (
    <>
      <div className={styles.above}>
        <div>
          <h2 className={styles.heading}>{t.columnsTitle}</h2>
          <p className={styles.quiet}>{t.columnsAbout}</p>
        </div>
        <div className={styles.tools}>
          <Ways
            title={t.columnsTitle}
            file=""
            rows={shown}
            columns={[
              { title: t.column, value: (row) => row.name },
              { title: t.concept, value: (row) => row.concept },
              { title: t.meaning, value: (row) => meaningOf(row, language) },
              { title: t.type, value: (row) => row.type },
              { title: t.unit, value: (row) => row.unit },
              { title: t.classification, value: (row) => row.classification },
              { title: t.codes, value: (row) => row.codes.join('; ') },
            ]}
          />
        </div>
      </div>
      <TextInput
        className={styles.find}
        label={t.findColumn}
        type="search"
        value={words}
        autoComplete="off"
        leftSection={<IconSearch size={16} aria-hidden />}
        onChange={(event) => setWords(event.currentTarget.value)}
      />
      <p className={styles.quiet} role="status">
        {shown.length === 0
          ? t.noColumns
          : t.shownColumns(count(shown.length, language), count(all.length, language))}
      </p>
      {shown.length > 0 && (
        <DataTable
          caption={t.columnsTitle}
          columns={tableOf(t, language)}
          rows={shown}
          rowKey={(row) => row.name}
        />
      )}
    </>
  );
}

function labelOf(column: Column, language: 'id' | 'en'): string {
  return language === 'id' ? column.label_id : column.label_en;
}

function meaningOf(column: Column, language: 'id' | 'en'): string {
  return language === 'id' ? column.definition_id : column.definition_en;
}

function tableOf(t: (typeof campaignTexts)['id'], language: 'id' | 'en'): readonly TableColumn<Column>[] {
  return [
    {
      key: 'name',
      label: t.column,
      card: 'heading',
      by: (row) => row.name,
      cell: (row) => (
        <span className={styles.column}>
          <strong>{labelOf(row, language)}</strong>
          <code>{row.name}</code>
        </span>
      ),
    },
    {
      key: 'meaning',
      label: t.meaning,
      cell: (row) => (
        <span className={styles.meaning}>
          {meaningOf(row, language)}
          {row.personal && (
            <span className={styles.personal} title={t.personalAbout}>
              <IconLock size={14} aria-hidden />
              {t.personal}
            </span>
          )}
        </span>
      ),
    },
    {
      key: 'concept',
      label: t.concept,
      card: 'hidden',
      by: (row) => row.concept,
    },
    {
      key: 'type',
      label: t.type,
      by: (row) => row.type,
      cell: (row) => [t.types[row.type] ?? row.type, row.unit].filter((each) => each !== null).join(', '),
    },
    {
      key: 'codes',
      label: t.codes,
      cell: (row) =>
        row.codes.length > 0 ? (
          <code className={styles.codes}>{row.codes.join(', ')}</code>
        ) : (
          (row.classification ?? NONE)
        ),
    },
  ];
}
