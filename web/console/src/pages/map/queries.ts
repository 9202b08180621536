import { api, got } from '@kumkm/shared/api/client.ts';
import type { components } from '@kumkm/shared/api/schema.d.ts';
import { queryOptions } from '@tanstack/react-query';
import { wholeList } from '../../data/pages.ts';
import { asked } from '../../data/progress.ts';
import type { View } from '../../view.ts';

export type BoundaryFeature = components['schemas']['BoundaryFeature'];
export type MapPoint = components['schemas']['PointOut'];

const SLOW = 30_000;
const PAGE = 1000;

/** Where records or regions lie, as near as `zoom` says; in a part of the map, or everywhere. */
export function pointsQuery(region: string, { campaign }: View, zoom: number, bbox?: string) {
  const query = {
    region,
    zoom,
    ...(bbox === undefined ? {} : { bbox }),
    ...(campaign === undefined ? {} : { campaign }),
  };
  return queryOptions({
    queryKey: ['map', 'points', query],
    queryFn: ({ signal }) => got(api.GET('/v1/map/points', { signal, params: { query } })),
    refetchInterval: SLOW,
  });
}

/** The regions of the map, with their boundaries where those are loaded; by default as exact as the region asks. */
export function boundariesQuery(region: string, { campaign }: View, zoom?: number) {
  const query = {
    region,
    ...(zoom === undefined ? {} : { zoom }),
    ...(campaign === undefined ? {} : { campaign }),
  };
  return queryOptions({
    queryKey: ['map', 'boundaries', query],
    queryFn: ({ signal }) => got(api.GET('/v1/map/boundaries', { signal, params: { query } })),
    staleTime: 10 * SLOW,
  });
}

/** The villages in which nothing was entered on the last day, and for how many days. */
export function staleQuery(region: string, view: View) {
  const query = { ...asked(view), region, days: 1 };
  return queryOptions({
    queryKey: ['map', 'stale', query],
    queryFn: async ({ signal }) => {
      const { items } = await wholeList(PAGE, (page) =>
        got(api.GET('/v1/progress/stale', { signal, params: { query: { ...query, ...page } } })),
      );
      return items;
    },
    refetchInterval: SLOW,
  });
}
