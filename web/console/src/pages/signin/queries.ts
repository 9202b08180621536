import { askForWays } from '@kumkm/shared/session/wire.ts';
import { queryOptions } from '@tanstack/react-query';

/** How one may sign in here. */
export const waysQuery = queryOptions({
  queryKey: ['ways'],
  queryFn: askForWays,
  staleTime: Number.POSITIVE_INFINITY,
});
