import { longDay } from '@kumkm/shared/formats/dates.ts';
import { count } from '@kumkm/shared/formats/numbers.ts';
import { useLanguage, useTexts } from '@kumkm/shared/texts/language.ts';
import { Button, NativeSelect } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { Fault } from '../../parts/fault.tsx';
import { LoadMore } from '../../parts/load-more.tsx';
import { Waiting } from '../../parts/loading.tsx';
import section from '../../parts/section.module.css';
import surfaces from '../../parts/surfaces.module.css';
import { type Column, DataTable } from '../../parts/table/table.tsx';
import { quality } from '../../texts/quality.ts';
import { type Reinterview, reinterviewsQuery } from './again-queries.ts';
import { wordOf } from './again-words.ts';
import { Giving } from './giving.tsx';
import styles from './quality.module.css';
import { AGAIN } from './search.ts';
import { useQuality } from './use-quality.ts';

/** The records that were drawn: who asks again, until when, and what came of it. */
export function Sample() {
  const t = useTexts(quality);
  const { search, view, change } = useQuality();
  const [giving, setGiving] = useState<Reinterview>();
  const [given, setGiven] = useState(false);
  const list = useInfiniteQuery(reinterviewsQuery(view, search));
  const items = list.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <section className={styles.section}>
      <div className={`${section.head} ${styles.head}`}>
        <h2 className={section.title}>{t.again.sample}</h2>
        <NativeSelect
          className={`${styles.choice} no-print`}
          label={t.again.state}
          value={search.again ?? 'all'}
          data={AGAIN.map((each) => ({ value: each, label: t.again.states[each] }))}
          onChange={(event) => change({ again: event.currentTarget.value })}
        />
      </div>
      <p role="status" className={styles.status}>
        {given && t.again.given}
      </p>
      {giving !== undefined && (
        <Giving of={giving} onGiven={() => setGiven(true)} onClose={() => setGiving(undefined)} />
      )}
      {list.isPending && <Waiting rows={5} />}
      {list.isError && <Fault fault={list.error} again={() => void list.refetch()} />}
      {list.isSuccess && items.length === 0 && <p className={surfaces.none}>{t.noneTitle}</p>}
      {items.length > 0 && <Rows rows={items} onGive={setGiving} />}
      <LoadMore list={list} />
    </section>
  );
}

interface RowsTold {
  readonly rows: readonly Reinterview[];
  readonly onGive: (row: Reinterview) => void;
}

function Rows({ rows, onGive }: RowsTold) {
  const t = useTexts(quality);
  const language = useLanguage();
  const columns = useMemo((): readonly Column<Reinterview>[] => {
    return [
      {
        key: 'village',
        label: t.village,
        card: 'heading',
        cell: (row) => (
          <Link to="/pemeriksaan" search={{ record: row.record_id }} className={surfaces.leads}>
            {row.region_name}
          </Link>
        ),
      },
      { key: 'by', label: t.again.recordBy, cell: (row) => row.enumerator_name },
      {
        key: 'assignee',
        label: t.again.assignee,
        cell: (row) =>
          row.assignee_name === null
            ? '–'
            : `${row.assignee_name}${row.is_automatic ? ` (${t.again.automatic})` : ''}`,
      },
      {
        key: 'due',
        label: t.again.due,
        cell: (row) => (row.due_on === null ? '–' : longDay(row.due_on, language)),
      },
      {
        key: 'state',
        label: t.again.state,
        cell: (row) =>
          row.result !== null && row.state === 'done'
            ? wordOf(t.again.results, row.result)
            : wordOf(t.again.states, row.is_overdue ? 'overdue' : row.state),
      },
      {
        key: 'same',
        label: t.again.same,
        end: true,
        cell: (row) =>
          row.compared === 0 ? '–' : t.of(count(row.agreed, language), count(row.compared, language)),
      },
      {
        key: 'give',
        label: t.again.action,
        cell: (row) =>
          (row.state === 'open' || row.state === 'assigned') && (
            <Button
              variant="default"
              size="xs"
              className="no-print"
              aria-label={`${row.assignee === null ? t.again.give : t.again.giveOther}: ${t.again.giveOf(row.region_name, row.enumerator_name)}`}
              onClick={() => onGive(row)}
            >
              {row.assignee === null ? t.again.give : t.again.giveOther}
            </Button>
          ),
      },
    ];
  }, [t, language, onGive]);
  return <DataTable caption={t.again.sample} columns={columns} rows={rows} rowKey={(row) => row.id} />;
}
