import { isUsername } from '../../data/usernames.ts';
import { ENUMERATOR_CODES, type EnumeratorCode, RECORD_CODES, type RecordCode } from './codes.ts';

/** The tabs of the page, in their order. */
export const TABS = ['enumerators', 'records', 'counts', 'reinterviews'] as const;
export type Tab = (typeof TABS)[number];

export const STATES = ['open', 'dismissed', 'all'] as const;
export type State = (typeof STATES)[number];

/** Of re-interviews. */
export const AGAIN = ['all', 'open', 'assigned', 'overdue', 'done', 'withdrawn'] as const;
export type Again = (typeof AGAIN)[number];

/** What of the page is looked at; it stands in the address. What is missing is the default. */
export interface QualitySearch {
  readonly tab?: Exclude<Tab, 'enumerators'>;
  readonly state?: Exclude<State, 'open'>;
  readonly flag?: RecordCode;
  /** Code of a warning. The API asks for a flag or for a warning. */
  readonly warning?: string;
  /** State of the re-interviews. */
  readonly again?: Exclude<Again, 'all'>;
  /** User name. */
  readonly enumerator?: string;
}

const CODE = /^[a-z][a-z0-9_]{0,59}$/;

/** What of an address makes a view of the page. What is none is left out. */
export function qualityOf(search: Record<string, unknown>): QualitySearch {
  const { tab, state, warning, enumerator } = search;
  const again = AGAIN.find((each) => each !== 'all' && each === search.again);
  const flag = recordCode(search.flag);
  return {
    ...(tab === 'records' || tab === 'counts' || tab === 'reinterviews' ? { tab } : {}),
    ...(again === undefined || again === 'all' ? {} : { again }),
    ...(state === 'dismissed' || state === 'all' ? { state } : {}),
    ...(flag === undefined ? {} : { flag }),
    ...(flag === undefined && typeof warning === 'string' && CODE.test(warning) ? { warning } : {}),
    ...(isUsername(enumerator) ? { enumerator } : {}),
  };
}

/** A code of a record's flag; undefined where this app does not know it. */
export function recordCode(told: unknown): RecordCode | undefined {
  return RECORD_CODES.find((code) => code === told);
}

/** A code of an enumerator's flag; undefined where this app does not know it. */
export function enumeratorCode(told: unknown): EnumeratorCode | undefined {
  return ENUMERATOR_CODES.find((code) => code === told);
}
