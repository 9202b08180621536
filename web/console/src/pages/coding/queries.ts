import { api, got } from '@kumkm/shared/api/client.ts';
import type { components } from '@kumkm/shared/api/schema.d.ts';
import { queryOptions } from '@tanstack/react-query';
import { pagesQuery } from '../../data/pages.ts';
import type { View } from '../../view.ts';
import type { CodingSearch } from './search.ts';

export type ToCode = components['schemas']['ToCode'];
export type Activity = components['schemas']['ActivityOut'];
export type Coding = components['schemas']['CodingIn'];

const A_PAGE = 25;
const FOUND = 30;

/** What waits for a code, or was coded. Not asked again by itself: it is worked through. */
export function codingQuery({ region, campaign }: View, { state }: CodingSearch) {
  const asked = {
    ...(state === undefined ? {} : { state }),
    ...(region === undefined || region === 'ID' ? {} : { region }),
    ...(campaign === undefined ? {} : { campaign }),
  };
  return {
    ...pagesQuery(['coding', asked], A_PAGE, ({ page, signal }) =>
      got(api.GET('/v1/coding', { signal, params: { query: { ...asked, ...page } } })),
    ),
    staleTime: 60_000,
    refetchOnWindowFocus: false,
  };
}

/** Activities by words of their titles, or by the first digits of a code. */
export function activitiesQuery(words: string) {
  return queryOptions({
    queryKey: ['activities', words],
    queryFn: ({ signal }) =>
      got(api.GET('/v1/coding/activities', { signal, params: { query: { q: words, limit: FOUND } } })),
    enabled: words !== '',
    staleTime: Number.POSITIVE_INFINITY,
  });
}

export async function code(id: string, body: Coding): Promise<ToCode> {
  return await got(
    api.POST('/v1/coding/{business_id}/decision', { params: { path: { business_id: id } }, body }),
  );
}

export async function undo(id: string, reason: string, revision: number): Promise<ToCode> {
  return await got(
    api.POST('/v1/coding/{business_id}/decision/undo', {
      params: { path: { business_id: id } },
      body: { reason, revision },
    }),
  );
}
