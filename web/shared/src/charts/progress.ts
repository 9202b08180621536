import { addDays, type Day, daysBetween } from '../formats/dates.ts';

/** One day as the API tells it. */
export interface DayRow {
  readonly date: Day;
  readonly entered: number;
  readonly entered_total: number;
}

export interface Point {
  readonly day: Day;
  readonly value: number;
}

export interface Curve {
  /** What is in, day by day. */
  readonly actual: readonly Point[];
  /** From today to the target on the last day; empty without a target, or where it is reached. */
  readonly needed: readonly Point[];
  /** From today on at the last week's pace. */
  readonly projected: readonly Point[];
  readonly first: Day;
  readonly last: Day;
  readonly highest: number;
}

interface Told {
  readonly rows: readonly DayRow[];
  readonly asOf: Day;
  readonly daysLeft: number;
  readonly target: number | null;
  readonly projectedTotal: number;
}

/** The cumulative curve with the line that is needed and the projection. Undefined where no day is known. */
export function curveOf({ rows, asOf, daysLeft, target, projectedTotal }: Told): Curve | undefined {
  const seen = sinceFirst(rows);
  const latest = seen.at(-1);
  const earliest = seen[0];
  if (latest === undefined || earliest === undefined) return undefined;
  const last = addDays(asOf, Math.max(0, daysLeft));
  const here: Point = { day: latest.date, value: latest.entered_total };
  const ahead = daysLeft > 0 && daysBetween(here.day, last) > 0;
  const needed = ahead && target !== null && target > here.value ? [here, { day: last, value: target }] : [];
  const projected = ahead ? [here, { day: last, value: projectedTotal }] : [];
  return {
    actual: seen.map((row) => ({ day: row.date, value: row.entered_total })),
    needed,
    projected,
    first: earliest.date,
    last: ahead ? last : latest.date,
    highest: Math.max(target ?? 0, projectedTotal, here.value, 1),
  };
}

/** The days from the one before anything came in: months of nothing say nothing. */
export function sinceFirst<T extends DayRow>(rows: readonly T[]): readonly T[] {
  const begin = rows.findIndex((row) => row.entered !== 0 || row.entered_total !== 0);
  return begin < 0 ? [] : rows.slice(Math.max(0, begin - 1));
}

export type State = 'done' | 'safe' | 'risk' | 'still' | 'open';

interface Paced {
  readonly entered: number;
  readonly target?: number | null;
  readonly pace: {
    readonly projected_total: number;
    readonly last_7_days_per_day: number;
    readonly days_left: number;
  };
}

/**
 * How a region stands: the target is reached (`done`); it will be at the last week's pace (`safe`), or not (`risk`); nothing
 * came in for a week (`still`); there is no target (`open`).
 */
export function stateOf({ entered, target, pace }: Paced): State {
  if (target === null || target === undefined) return 'open';
  if (entered >= target) return 'done';
  if (pace.last_7_days_per_day <= 0) return 'still';
  return pace.projected_total >= target ? 'safe' : 'risk';
}
