import { RECORD_ID } from '../../parts/ids.ts';

/** The tabs of the page, in their order. Another queue of decisions gets its place here. */
export const TABS = ['cases', 'held'] as const;
export type Tab = (typeof TABS)[number];

/** What of the page is looked at. What is missing is the default. */
export interface CasesSearch {
  readonly queue?: 'held';
  readonly state?: 'resolved' | 'superseded';
  readonly kind?: 'duplicate' | 'conflict' | 'likely';
  readonly case?: string;
  readonly item?: string;
}

/** What of an address makes a view of the page. What is none is left out. */
export function casesOf(search: Record<string, unknown>): CasesSearch {
  const { queue, state, kind, item } = search;
  const id = search.case;
  return {
    ...(queue === 'held' ? { queue } : {}),
    ...(state === 'resolved' || state === 'superseded' ? { state } : {}),
    ...(kind === 'duplicate' || kind === 'conflict' || kind === 'likely' ? { kind } : {}),
    ...(typeof id === 'string' && RECORD_ID.test(id) ? { case: id } : {}),
    ...(typeof item === 'string' && RECORD_ID.test(item) ? { item } : {}),
  };
}
