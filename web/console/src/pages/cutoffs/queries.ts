import { api, got } from '@kumkm/shared/api/client.ts';
import type { components } from '@kumkm/shared/api/schema.d.ts';
import { queryOptions } from '@tanstack/react-query';
import { CUTOFFS, type Cutoff } from '../../data/cutoffs.ts';

export type CutoffDetail = components['schemas']['CutoffDetail'];
export type Comparison = components['schemas']['ComparisonOut'];
export type ComparedRow =
  | components['schemas']['ComparedRegion']
  | components['schemas']['ComparedEnumerator'];
export type NewCutoff = components['schemas']['CutoffIn'];

/** One cut-off with the figures of its region. It never changes, so it is asked for once. */
export function cutoffQuery(id: string) {
  return queryOptions({
    queryKey: [...CUTOFFS, 'one', id],
    queryFn: ({ signal }) => got(api.GET('/v1/progress/cutoffs/{id}', { signal, params: { path: { id } } })),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** The regions right below that of a cut-off. */
export function regionsQuery(id: string) {
  return queryOptions({
    queryKey: [...CUTOFFS, 'regions', id],
    queryFn: ({ signal }) =>
      got(api.GET('/v1/progress/cutoffs/{id}/regions', { signal, params: { path: { id }, query: {} } })),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

export type By = 'region' | 'enumerator';
const AT_ONCE = 1000;

/** What differs between two. */
export function comparisonQuery(id: string, other: string, by: By) {
  return queryOptions({
    queryKey: [...CUTOFFS, 'comparison', id, other, by],
    queryFn: ({ signal }) =>
      got(
        api.GET('/v1/progress/cutoffs/{id}/comparison', {
          signal,
          params: { path: { id }, query: { with: other, by, limit: AT_ONCE } },
        }),
      ),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** Publish the figures of a region. */
export const publish = (body: NewCutoff): Promise<Cutoff> => got(api.POST('/v1/progress/cutoffs', { body }));
