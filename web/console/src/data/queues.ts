import { api, got } from '@kumkm/shared/api/client.ts';
import { queryOptions } from '@tanstack/react-query';
import { LIVE } from './client.ts';

/** How much waits for who is signed in. */
export const queuesQuery = queryOptions({
  queryKey: ['queues'],
  queryFn: ({ signal }) => got(api.GET('/v1/queues', { signal })),
  ...LIVE,
});

/** How many duplicate cases of each kind wait, and how many hours they still take. */
export const effortsQuery = queryOptions({
  queryKey: ['queues', 'duplicates'],
  queryFn: ({ signal }) => got(api.GET('/v1/queues/duplicates', { signal })),
  staleTime: 60_000,
});
