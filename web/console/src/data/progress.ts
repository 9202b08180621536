import { api, got } from '@kumkm/shared/api/client.ts';
import type { components } from '@kumkm/shared/api/schema.d.ts';
import { queryOptions } from '@tanstack/react-query';
import type { View } from '../view.ts';
import { LIVE } from './client.ts';
import { FOLLOWS, LED } from './following.ts';

export type RegionRow = components['schemas']['RegionRow'];
export type DateRow = components['schemas']['DateRow'];
export type RegionAnswer = components['schemas']['RegionAnswer'];

/** What every question of progress says, of a view. A day that is over does not move: it is not asked again and again. */
export function asked({ campaign, as_of, basis }: View) {
  return {
    ...(campaign === undefined ? {} : { campaign }),
    ...(as_of === undefined ? {} : { as_of }),
    ...(basis === undefined ? {} : { basis }),
  };
}

/** One region. */
export function regionQuery(code: string, view: View) {
  const query = asked(view);
  return queryOptions({
    queryKey: [...LED, code, query],
    queryFn: ({ signal }) =>
      got(api.GET('/v1/progress/regions/{code}', { signal, params: { path: { code }, query } })),
    ...LIVE,
  });
}

/** The regions right below one. */
export function childrenQuery(parent: string, view: View) {
  const query = { ...asked(view), parent };
  return queryOptions({
    queryKey: ['progress', 'children', parent, query],
    queryFn: ({ signal }) => got(api.GET('/v1/progress/regions', { signal, params: { query } })),
    ...FOLLOWS,
  });
}

/** Day by day. */
export function datesQuery(region: string, view: View) {
  const query = { ...asked(view), region };
  return queryOptions({
    queryKey: ['progress', 'dates', region, query],
    queryFn: ({ signal }) => got(api.GET('/v1/progress/dates', { signal, params: { query } })),
    ...FOLLOWS,
  });
}
