import { addDays, type Day, daysBetween } from '@kumkm/shared/formats/dates.ts';
import type { ActivityRow } from './queries.ts';

export interface Hours {
  readonly days: readonly Day[];
  /** From the earliest hour in which anybody worked to the latest. */
  readonly hours: readonly number[];
  /** Records by day and hour. */
  readonly records: (day: Day, hour: number) => number;
  readonly whole: number;
  readonly most: number;
  /** The hour with most records of all days. */
  readonly busiest: number;
}

/** Who worked when, added up; undefined where nobody did. */
export function hoursOf(rows: readonly Pick<ActivityRow, 'hours'>[]): Hours | undefined {
  const cells = new Map<string, number>();
  const byHour = new Map<number, number>();
  for (const { date, hour, records } of rows.flatMap((row) => row.hours)) {
    cells.set(`${date} ${hour}`, (cells.get(`${date} ${hour}`) ?? 0) + records);
    byHour.set(hour, (byHour.get(hour) ?? 0) + records);
  }
  const dates = rows.flatMap((row) => row.hours.map((cell) => cell.date)).sort();
  const first = dates[0];
  const last = dates.at(-1);
  if (first === undefined || last === undefined) return undefined;
  const earliest = Math.min(...byHour.keys());
  const latest = Math.max(...byHour.keys());
  return {
    days: Array.from({ length: daysBetween(first, last) + 1 }, (_, place) => addDays(first, place)),
    hours: Array.from({ length: latest - earliest + 1 }, (_, place) => earliest + place),
    records: (day, hour) => cells.get(`${day} ${hour}`) ?? 0,
    whole: [...byHour.values()].reduce((sum, each) => sum + each, 0),
    most: Math.max(...cells.values()),
    busiest: [...byHour].reduce((best, each) => (each[1] > best[1] ? each : best))[0],
  };
}
