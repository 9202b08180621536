import { RECORD_ID } from '../../parts/ids.ts';

const isId = (told: unknown): told is string => typeof told === 'string' && RECORD_ID.test(told);

/** What of the page is looked at; it stands in the address. */
export interface ReportSearch {
  /** Id of the cut-off that the report shows; without it, the day of the view. */
  readonly rilis?: string;
}

/** What of an address makes a view of the page. What is none is left out. */
export function reportOf({ rilis }: Record<string, unknown>): ReportSearch {
  return isId(rilis) ? { rilis } : {};
}
