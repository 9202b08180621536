import { api, got } from '@kumkm/shared/api/client.ts';
import type { components } from '@kumkm/shared/api/schema.d.ts';
import { FOLLOWS } from '../../data/following.ts';
import { pagesQuery, rowsOfFile } from '../../data/pages.ts';
import type { View } from '../../view.ts';
import type { ListingSearch } from './search.ts';

export type Entry = components['schemas']['EntryOut'];
export type Carried = components['schemas']['CarriedOut'];

const A_PAGE = 20;

/** The keys of all of the page's queries begin so. */
export const LISTING = ['listing'] as const;

/** What the list is narrowed by. */
function entriesAsked({ region, campaign }: View, { state, enumerator }: ListingSearch) {
  return {
    ...(region === undefined || region === 'ID' ? {} : { region }),
    ...(campaign === undefined ? {} : { campaign }),
    ...(state === undefined ? {} : { state }),
    ...(enumerator === undefined ? {} : { enumerator }),
  };
}

/** Entries, a page after the other, by village. */
export function entriesQuery(view: View, search: ListingSearch) {
  const asked = entriesAsked(view, search);
  return {
    ...pagesQuery([...LISTING, asked], A_PAGE, ({ page, signal }) =>
      got(api.GET('/v1/listing', { signal, params: { query: { ...asked, ...page } } })),
    ),
    ...FOLLOWS,
  };
}

/** The same for a file. */
export async function entriesOfFile(view: View, search: ListingSearch): Promise<readonly Entry[]> {
  const asked = entriesAsked(view, search);
  return await rowsOfFile((page) =>
    got(api.GET('/v1/listing', { params: { query: { ...asked, ...page } } })),
  );
}

/** List what an earlier campaign entered. */
export async function beginFrom(from: string, campaign: string, region: string): Promise<Carried> {
  const body = { campaign, from_campaign: from, ...(region === 'ID' ? {} : { region }) };
  return await got(api.POST('/v1/listing/from-campaign', { body }));
}
