import { api, done, got } from '@kumkm/shared/api/client.ts';
import type { components } from '@kumkm/shared/api/schema.d.ts';
import { queryOptions } from '@tanstack/react-query';
import { pagesQuery, rowsOfFile } from '../../data/pages.ts';
import type { View } from '../../view.ts';
import type { QualitySearch } from './search.ts';

export type Enumerator = components['schemas']['QualityEnumeratorOut'];
export type Listed = components['schemas']['QualityRecordOut'];
export type Flag = components['schemas']['FlagOut'];
export type Count = components['schemas']['CodeCount'];

/** The keys of all of the page's queries begin so. */
export const QUALITY = ['quality'] as const;

const A_PAGE = 25;
const CALM = { staleTime: 60_000, refetchOnWindowFocus: false } as const;

/** What both lists and the counts are narrowed by. */
export function narrowedTo({ region, campaign }: View, { enumerator }: QualitySearch) {
  return {
    ...(region === undefined || region === 'ID' ? {} : { region }),
    ...(campaign === undefined ? {} : { campaign }),
    ...(enumerator === undefined ? {} : { enumerator }),
  };
}

/** What the list of records is narrowed by. */
export function recordsAsked(view: View, search: QualitySearch) {
  const { state, flag, warning } = search;
  return {
    ...narrowedTo(view, search),
    state: state ?? ('open' as const),
    ...(flag === undefined ? {} : { flag }),
    ...(warning === undefined ? {} : { warning }),
  };
}

/** Whom to look at first, a page after the other. Not asked again by itself: it is worked through. */
export function enumeratorsQuery(view: View, search: QualitySearch) {
  const asked = narrowedTo(view, search);
  return {
    ...pagesQuery([...QUALITY, 'enumerators', asked], A_PAGE, ({ page, signal }) =>
      got(api.GET('/v1/quality/enumerators', { signal, params: { query: { ...asked, ...page } } })),
    ),
    ...CALM,
  };
}

/** Records to look at, likewise. */
export function recordsQuery(view: View, search: QualitySearch) {
  const asked = recordsAsked(view, search);
  return {
    ...pagesQuery([...QUALITY, 'records', asked], A_PAGE, ({ page, signal }) =>
      got(api.GET('/v1/quality/records', { signal, params: { query: { ...asked, ...page } } })),
    ),
    ...CALM,
  };
}

/** How often each flag and each warning is there. */
export function countsQuery(view: View, search: QualitySearch) {
  const query = narrowedTo(view, search);
  return queryOptions({
    queryKey: [...QUALITY, 'counts', query],
    queryFn: ({ signal }) => got(api.GET('/v1/quality/counts', { signal, params: { query } })),
    ...CALM,
  });
}

/** The enumerators for a file. */
export async function enumeratorsOfFile(view: View, search: QualitySearch): Promise<readonly Enumerator[]> {
  const asked = narrowedTo(view, search);
  return await rowsOfFile((page) =>
    got(api.GET('/v1/quality/enumerators', { params: { query: { ...asked, ...page } } })),
  );
}

/** The records for a file. */
export async function recordsOfFile(view: View, search: QualitySearch): Promise<readonly Listed[]> {
  const asked = recordsAsked(view, search);
  return await rowsOfFile((page) =>
    got(api.GET('/v1/quality/records', { params: { query: { ...asked, ...page } } })),
  );
}

/** Dismiss a record's flag, or open it again. */
export async function decideOnRecord(
  id: string,
  undo: boolean,
  body: components['schemas']['DismissalIn'],
): Promise<void> {
  const params = { path: { record_id: id } };
  await done(
    undo
      ? api.POST('/v1/quality/records/{record_id}/dismissal/undo', { params, body })
      : api.POST('/v1/quality/records/{record_id}/dismissal', { params, body }),
  );
}

/** Dismiss an enumerator's flag, or open it again. */
export async function decideOnEnumerator(
  id: string,
  undo: boolean,
  body: components['schemas']['EnumeratorDismissalIn'],
): Promise<void> {
  const params = { path: { enumerator_id: id } };
  await done(
    undo
      ? api.POST('/v1/quality/enumerators/{enumerator_id}/dismissal/undo', { params, body })
      : api.POST('/v1/quality/enumerators/{enumerator_id}/dismissal', { params, body }),
  );
}
