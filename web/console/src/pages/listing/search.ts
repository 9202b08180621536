import { isUsername } from '../../data/usernames.ts';
import { VISIT_RESULTS } from '../../data/visits.ts';

/** What became of an entry. */
export const STATES = ['open', 'entered', 'duplicate', ...VISIT_RESULTS] as const;
export type State = (typeof STATES)[number];

/** What of the page is looked at; it stands in the address. What is missing is the default. */
export interface ListingSearch {
  readonly state?: State;
  /** User name. */
  readonly enumerator?: string;
  /** Of the table of regions. */
  readonly sort?: string;
}

/** What of an address makes a view of the page. What is none is left out. */
export function listingOf(search: Record<string, unknown>): ListingSearch {
  const { enumerator, sort } = search;
  const state = STATES.find((each) => each === search.state);
  return {
    ...(state === undefined ? {} : { state }),
    ...(isUsername(enumerator) ? { enumerator } : {}),
    ...(typeof sort === 'string' ? { sort } : {}),
  };
}

const CAMPAIGN = 'campaign:';

/** Where an entry is from: a campaign's register, or a file. */
export function sourceOf(source: string): { readonly kind: 'campaign' | 'file'; readonly name: string } {
  const isCampaign = source.startsWith(CAMPAIGN);
  return { kind: isCampaign ? 'campaign' : 'file', name: source.slice(source.indexOf(':') + 1) };
}
