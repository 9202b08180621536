import type { QueryClient } from '@tanstack/react-query';

const SLOW_MS = 60_000;
const LONG = 1_000;

/** The key of a query that others follow begins so. */
export const LED = ['progress', 'region'] as const;

/**
 * Options of a query whose figures move when those of a region do: asked again then, and once a minute, since what leaves
 * every sum as it is (a corrected name, a handover) is seen in no sum.
 */
export const FOLLOWS = {
  meta: { follows: true },
  refetchInterval: SLOW_MS,
  refetchIntervalInBackground: false,
} as const;

/** Asks again what follows, whenever an answer about a region is another than before. */
export function letFollow(queries: QueryClient): void {
  const seen = new WeakMap<object, unknown>();
  queries.getQueryCache().subscribe(({ type, query }) => {
    if (type !== 'updated' || LED.some((part, at) => query.queryKey[at] !== part)) return;
    const before = seen.get(query);
    const { data } = query.state;
    if (data === undefined || data === before) return; // the same object, where the answer was the same
    seen.set(query, data);
    if (before !== undefined)
      void queries.invalidateQueries({
        predicate: (each) => each.meta?.follows === true && !isLong(each.state.data),
      });
  });
}

/** A list of more than a page stays for its minute. */
function isLong(data: unknown): boolean {
  const items = typeof data === 'object' && data !== null && 'items' in data ? data.items : undefined;
  return Array.isArray(items) && items.length > LONG;
}
