import { RECORD_ID } from '../../parts/ids.ts';

/** What is listed beside what waits. */
export const STATES = ['coded'] as const;

/** What of the page is looked at. What is missing is the default. */
export interface CodingSearch {
  readonly state?: 'coded';
  readonly business?: string;
}

/** What of an address makes a view of the page. What is none is left out. */
export function codingOf({ state, business }: Record<string, unknown>): CodingSearch {
  return {
    ...(state === 'coded' ? { state } : {}),
    ...(typeof business === 'string' && RECORD_ID.test(business) ? { business } : {}),
  };
}
