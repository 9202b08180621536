import type { Column as FileColumn } from '@kumkm/shared/files.ts';
import { longDay, longMoment } from '@kumkm/shared/formats/dates.ts';
import { count } from '@kumkm/shared/formats/numbers.ts';
import { useLanguage, useTexts } from '@kumkm/shared/texts/language.ts';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useServerDay } from '../../data/server-day.ts';
import { ListSection } from '../../parts/list-section.tsx';
import { StateBadge } from '../../parts/state.tsx';
import type { Column } from '../../parts/table/table.tsx';
import { doors } from '../../texts/doors.ts';
import { Filters } from './filters.tsx';
import { type Door, doorsOfFile, doorsQuery } from './queries.ts';
import { standing } from './search.ts';
import { useDoors } from './use-doors.ts';

/** Doors without an interview: by default those that are to be visited again, with the day that was agreed. */
export function DoorList({ name }: { readonly name: string }) {
  const t = useTexts(doors);
  const language = useLanguage();
  const { search, view } = useDoors();
  const today = useServerDay();
  const list = useInfiniteQuery(doorsQuery(view, search, today));
  const isOpen = search.state === undefined;
  const columns = useMemo((): readonly Column<Door>[] => {
    const whole = (row: Door) => count(row.visits, language);
    return [
      {
        key: 'village',
        label: t.village,
        card: 'heading',
        cell: (row) => row.region_name,
      },
      {
        key: 'enumerator',
        label: t.enumerator,
        cell: (row) => `${row.enumerator_name} (${row.enumerator})`,
      },
      ...(isOpen
        ? [{ key: 'next', label: t.next, cell: (row: Door) => <Next day={row.next_visit_on} /> }]
        : []),
      { key: 'visits', label: t.visits, end: true, cell: whole },
      { key: 'visited', label: t.visited, cell: (row) => longMoment(row.visited_at, language) },
    ];
  }, [t, language, isOpen]);
  const files: readonly FileColumn<Door>[] = [
    { title: t.recordId, value: (row) => row.record_id },
    { title: t.code, value: (row) => row.region_code },
    { title: t.village, value: (row) => row.region_name },
    { title: t.enumerator, value: (row) => row.enumerator_name },
    { title: t.username, value: (row) => row.enumerator },
    { title: t.result, value: (row) => t.states[row.counted_as as keyof typeof t.states] },
    { title: t.visits, value: (row) => row.visits },
    { title: t.visited, value: (row) => row.visited_at },
    { title: t.next, value: (row) => row.next_visit_on },
  ];
  const isAll = isOpen && search.due === undefined && search.enumerator === undefined;
  return (
    <ListSection
      words={isAll ? { ...t, noneTitle: t.noneOpenTitle, none: t.noneOpen } : t}
      filters={<Filters />}
      list={list}
      rowKey={(row) => row.record_id}
      columns={columns}
      file={{
        name: `${t.list} ${t.states[search.state ?? 'open_visits']} ${name}`,
        columns: files,
        ask: () => doorsOfFile(view, search, today),
      }}
    />
  );
}

/** The day that was agreed, and whether it has come. */
function Next({ day }: { readonly day: string | null }) {
  const t = useTexts(doors);
  const language = useLanguage();
  const today = useServerDay();
  if (day === null) return t.noDay;
  const written = longDay(day, language);
  const how = standing(day, today);
  if (how === 'late') return <StateBadge state="still" word={t.late(written)} />;
  return how === 'today' ? <StateBadge state="risk" word={t.today(written)} /> : written;
}
