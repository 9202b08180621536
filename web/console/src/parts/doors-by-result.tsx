import type { Column } from '@kumkm/shared/files.ts';
import { count, percent } from '@kumkm/shared/formats/numbers.ts';
import { useLanguage, useTexts } from '@kumkm/shared/texts/language.ts';
import type { RegionAnswer, RegionRow } from '../data/progress.ts';
import { VISIT_RESULTS } from '../data/visits.ts';
import { doors } from '../texts/doors.ts';
import { BarsChart } from './charts/bars.tsx';
import { cellOf } from './charts/cell.ts';
import { ChartFrame } from './charts/frame.tsx';

const INTERVIEWED = ['entered', 'duplicates', 'conflicts', 'invalid'] as const;
/** What a door counts as: exactly one of these. */
const RESULTS = [...INTERVIEWED, ...VISIT_RESULTS] as const;
export type Result = (typeof RESULTS)[number];

const WHOLE = 100;

interface Row {
  readonly result: Result;
  readonly number: number;
  readonly share: number;
}

/** The part of a region's doors that ended so, in percent. */
function shareOf(row: RegionRow, result: Result): number {
  return row.doors === 0 ? 0 : (row[result] / row.doors) * WHOLE;
}

/** In percent, as everything else is; null where nobody was asked. */
export function responseRate(row: RegionRow): number | null {
  return row.response_rate === null ? null : row.response_rate * WHOLE;
}

/** Doors by what was found there. The table adds up to all that were visited; drawn are those without an interview, beside
 * which the others would be all that is seen. */
export function DoorsByResult({ answer }: { readonly answer: RegionAnswer }) {
  const t = useTexts(doors);
  const language = useLanguage();
  const { item } = answer;
  const rows: readonly Row[] = RESULTS.map((result) => ({
    result,
    number: item[result],
    share: shareOf(item, result),
  }));
  const columns: Column<Row>[] = [
    { title: t.result, value: (row) => t.states[row.result] },
    { title: t.number, value: (row) => row.number },
    { title: t.share, value: (row) => row.share },
  ];
  return (
    <ChartFrame
      title={t.results}
      note={t.resultsNote(
        count(item.doors, language),
        count(item.submissions, language),
        percent(responseRate(item), language),
      )}
      columns={columns}
      rows={rows}
      format={cellOf(language, { [t.share]: percent })}
      file={`${item.region.name} ${answer.as_of}`}
    >
      <BarsChart
        label={t.resultsLabel}
        bars={rows.slice(INTERVIEWED.length).map((row) => ({
          key: row.result,
          name: t.states[row.result],
          value: row.number,
          written: t.withShare(count(row.number, language), percent(row.share, language)),
          strong: row.result === 'open_visits',
        }))}
      />
    </ChartFrame>
  );
}
