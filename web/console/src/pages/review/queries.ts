import { api, got } from '@kumkm/shared/api/client.ts';
import type { components } from '@kumkm/shared/api/schema.d.ts';
import { queryOptions } from '@tanstack/react-query';
import { businessQuery as oneBusiness } from '../../data/business.ts';
import { pagesQuery } from '../../data/pages.ts';
import type { View } from '../../view.ts';
import type { DecisionOut } from './outbox.ts';
import type { QueueSearch } from './search.ts';

export type Waiting = components['schemas']['RecordWaiting'];
export type RecordOut = components['schemas']['RecordOut'];
export type Revision = components['schemas']['RevisionOut'];

const A_PAGE = 50;
const LONG = { staleTime: 60_000 } as const;

/** What of a view the API is asked for. */
export function askedFor(view: View, search: QueueSearch) {
  const { region, campaign } = view;
  const { state, warnings, enumerator, kind, order } = search;
  return {
    order: order ?? ('warnings' as const),
    ...(region === undefined || region === 'ID' ? {} : { region }),
    ...(campaign === undefined ? {} : { campaign }),
    ...(state === undefined ? {} : { state }),
    ...(warnings === undefined ? {} : { warnings: warnings === 'yes' }),
    ...(enumerator === undefined ? {} : { enumerator }),
    ...(kind === undefined ? {} : { kind }),
  };
}

export type Asked = ReturnType<typeof askedFor>;

/**
 * The queue, a page after the other. It is not asked again by itself: a list that moves under the eyes of who works
 * through it is worse than one that is a minute old, and a decision on what is old is refused by the server.
 */
export function queueQuery(asked: Asked) {
  return {
    ...pagesQuery(['reviews', asked], A_PAGE, ({ page, signal }) =>
      got(api.GET('/v1/reviews', { signal, params: { query: { ...asked, ...page } } })),
    ),
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  };
}

export function recordQuery(recordId: string) {
  return queryOptions({
    queryKey: ['record', recordId],
    queryFn: ({ signal }) =>
      got(api.GET('/v1/submissions/{record_id}', { signal, params: { path: { record_id: recordId } } })),
    ...LONG,
  });
}

/** The business whose answers a record gives: what was decided about it, and what stands in the register. */
export function businessQuery(businessId: string) {
  return { ...oneBusiness(businessId), ...LONG };
}

/** Other records of a village, as far as they wait: their places say whether one lies far off. */
export function villageQuery(region: string) {
  return queryOptions({
    queryKey: ['reviews-of-village', region],
    queryFn: async ({ signal }) =>
      (await got(api.GET('/v1/reviews', { signal, params: { query: { region, limit: 100 } } }))).items,
    staleTime: 300_000,
  });
}

/** At most so many are verified at a stroke: what somebody may be asked to answer for. */
export const MOST_AT_ONCE = 100;

/** Records of the view without warnings, the oldest first. */
export async function withoutWarnings(asked: Asked): Promise<Waiting[]> {
  const query = { ...asked, state: 'unreviewed' as const, warnings: false, limit: MOST_AT_ONCE };
  return (await got(api.GET('/v1/reviews', { params: { query } }))).items;
}

/** Letters; a browser takes 64 KiB, and a letter may be three bytes. */
const MOST_WHEN_LEAVING = 20_000;

export async function postDecisions(
  items: components['schemas']['DecisionIn'][],
): Promise<readonly DecisionOut[]> {
  // Goes out though the page is being left, as far as browsers take that much.
  const keepalive = JSON.stringify(items).length < MOST_WHEN_LEAVING;
  return (await got(api.POST('/v1/reviews', { body: { items }, keepalive }))).items;
}
