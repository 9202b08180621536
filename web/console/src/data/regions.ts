import { api, got } from '@kumkm/shared/api/client.ts';
import { queryOptions } from '@tanstack/react-query';

const A_WHILE = 5 * 60_000; // regions change a few times a year

/** Regions of one's territory whose names have all the words. */
export function searchQuery(words: string) {
  return queryOptions({
    queryKey: ['regions', words],
    queryFn: ({ signal }) => got(api.GET('/v1/regions', { signal, params: { query: { q: words } } })),
    staleTime: A_WHILE,
  });
}
