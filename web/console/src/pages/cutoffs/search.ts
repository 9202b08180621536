import { RECORD_ID } from '../../parts/ids.ts';

const isId = (told: unknown): told is string => typeof told === 'string' && RECORD_ID.test(told);

/** What of the page is looked at; it stands in the address. */
export interface CutoffsSearch {
  /** Id of the cut-off that is open. */
  readonly rilis?: string;
  /** Id of the one that it is compared with. */
  readonly dengan?: string;
}

/** What of an address makes a view of the page. What is none is left out. */
export function cutoffsOf({ rilis, dengan }: Record<string, unknown>): CutoffsSearch {
  if (!isId(rilis)) return {};
  return isId(dengan) && dengan !== rilis ? { rilis, dengan } : { rilis };
}
