import { RECORD_ID } from '../../parts/ids.ts';

/** What of the page is looked at; it stands in the address. What is missing is the default. */
export interface StatisticsSearch {
  /** Attributes with commas between them, in the order of the table. */
  readonly of?: string;
  /** `whole`: the region itself, not those right below it. */
  readonly rows?: 'whole';
  /** Id of an edition; the newest where it is missing. */
  readonly edition?: string;
}

const ATTRIBUTES = /^[a-z_]{1,20}(?:,[a-z_]{1,20}){0,2}$/;

/** What of an address makes a view of the page. What is none is left out. */
export function statisticsOf(search: Record<string, unknown>): StatisticsSearch {
  const { of, rows, edition } = search;
  return {
    ...(typeof of === 'string' && ATTRIBUTES.test(of) ? { of } : {}),
    ...(rows === 'whole' ? { rows } : {}),
    ...(typeof edition === 'string' && RECORD_ID.test(edition) ? { edition } : {}),
  };
}
