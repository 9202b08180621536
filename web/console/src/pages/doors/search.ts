import { addDays, type Day } from '@kumkm/shared/formats/dates.ts';
import { isUsername } from '../../data/usernames.ts';
import { VISIT_RESULTS } from '../../data/visits.ts';

export const STATES = VISIT_RESULTS;
export type State = (typeof STATES)[number];

/** Until when a door is to be visited again. */
export const DUE = ['past', 'today', 'three', 'week'] as const;
export type Due = (typeof DUE)[number];

const DAYS_FROM_TODAY: Readonly<Record<Due, number>> = { past: -1, today: 0, three: 3, week: 7 };

/** What of the page is looked at; it stands in the address. What is missing is the default. */
export interface DoorsSearch {
  readonly state?: Exclude<State, 'open_visits'>;
  readonly due?: Due;
  /** User name. */
  readonly enumerator?: string;
  /** Of the table of regions. */
  readonly sort?: string;
}

/** What of an address makes a view of the page. What is none is left out. */
export function doorsOf(search: Record<string, unknown>): DoorsSearch {
  const { enumerator, sort } = search;
  const state = STATES.find((each) => each !== 'open_visits' && each === search.state);
  const due = DUE.find((each) => each === search.due);
  return {
    ...(state === undefined || state === 'open_visits' ? {} : { state }),
    ...(due === undefined || state !== undefined ? {} : { due }), // a day is agreed only where nobody was met
    ...(isUsername(enumerator) ? { enumerator } : {}),
    ...(typeof sort === 'string' ? { sort } : {}),
  };
}

/** The last day on which a door is due. */
export function dueBy(due: Due, today: Day): Day {
  return addDays(today, DAYS_FROM_TODAY[due]);
}

/** How an agreed day stands to today. */
export function standing(day: Day, today: Day): 'late' | 'today' | 'ahead' {
  if (day < today) return 'late';
  return day === today ? 'today' : 'ahead';
}
