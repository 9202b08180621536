import { RECORD_ID } from '../../parts/ids.ts';

/** The tabs of the page, in their order. Another queue of decisions gets its place here. */
export const TABS = ['cases', 'held'] as const;
export type Tab = (typeof TABS)[number];

export const KINDS = ['wrong_number', 'duplicate', 'conflict', 'same_owner', 'likely'] as const;
export type Kind = (typeof KINDS)[number];

/** What of the page is looked at. What is missing is the default. */
export interface CasesSearch {
  readonly queue?: 'held';
  readonly state?: 'resolved' | 'superseded';
  readonly kind?: Kind;
  readonly assigned?: 'me' | 'nobody';
  readonly case?: string;
  readonly item?: string;
}

/** What of an address makes a view of the page. What is none is left out. */
export function casesOf(search: Record<string, unknown>): CasesSearch {
  const { queue, state, item, assigned } = search;
  const id = search.case;
  const kind = KINDS.find((each) => each === search.kind);
  return {
    ...(queue === 'held' ? { queue } : {}),
    ...(state === 'resolved' || state === 'superseded' ? { state } : {}),
    ...(kind === undefined ? {} : { kind }),
    ...(assigned === 'me' || assigned === 'nobody' ? { assigned } : {}),
    ...(typeof id === 'string' && RECORD_ID.test(id) ? { case: id } : {}),
    ...(typeof item === 'string' && RECORD_ID.test(item) ? { item } : {}),
  };
}
