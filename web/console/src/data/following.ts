import type { QueryClient } from '@tanstack/react-query';

const SLOW_MS = 60_000;
const AT_MOST_EVERY_MS = 10_000;
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

/**
 * Asks again what follows, once an answer about a region is another than before: at once, but where figures move all the
 * time every ten seconds at most, since tables and curves cost more than sums.
 */
export function letFollow(queries: QueryClient): void {
  const seen = new WeakMap<object, unknown>();
  let isBehind = false;
  let followedAt = Number.NEGATIVE_INFINITY;
  queries.getQueryCache().subscribe(({ type, query }) => {
    if (type !== 'updated' || LED.some((part, at) => query.queryKey[at] !== part)) return;
    const before = seen.get(query);
    const { data } = query.state;
    if (data === undefined) return;
    seen.set(query, data);
    isBehind ||= before !== undefined && data !== before; // the same object, where the answer was the same
    if (!isBehind || performance.now() - followedAt < AT_MOST_EVERY_MS) return;
    isBehind = false;
    followedAt = performance.now();
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
