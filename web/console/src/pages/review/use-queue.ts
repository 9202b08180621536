import { useStore } from '@kumkm/shared/store.ts';
import { useMediaQuery } from '@mantine/hooks';
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useEffect, useMemo } from 'react';
import { useView, viewOf } from '../../view.ts';
import { outbox } from './desk.ts';
import { askedFor, businessQuery, queueQuery, recordQuery, type Waiting } from './queries.ts';
import { type QueueSearch, queueOf } from './search.ts';

const AHEAD = 2;
const FEW = 15;

/** The queue of the address, where one is in it, and the ways through it. */
export function useQueue() {
  const search = useSearch({ from: '/pemeriksaan' });
  const view = useView();
  const navigate = useNavigate();
  const client = useQueryClient();
  const isWide = useMediaQuery('(min-width: 1024px)', true, { getInitialValueInEffect: false });
  const asked = askedFor(view, search);
  const queue = useInfiniteQuery(queueQuery(asked));
  const sent = useStore(outbox.state).byRecord;
  const items = useMemo(() => unique(queue.data?.pages.flatMap((page) => page.items) ?? []), [queue.data]);
  const recordId = search.record ?? (isWide ? items[0]?.record_id : undefined);
  const place = items.findIndex((item) => item.record_id === recordId);

  const left = items.filter((item) => !sent.has(item.record_id)).length;
  const { hasNextPage, isFetching, fetchNextPage } = queue;
  useEffect(() => {
    if (left < FEW && hasNextPage && !isFetching) void fetchNextPage();
  }, [left, hasNextPage, isFetching, fetchNextPage]);

  useEffect(() => {
    // What comes next is here before it is asked for.
    if (place < 0) return;
    for (const next of items.slice(place + 1, place + 1 + AHEAD)) {
      void client.prefetchQuery(recordQuery(next.record_id));
      void client.prefetchQuery(businessQuery(next.business_id));
    }
  }, [client, items, place]);

  function change(changed: Partial<Record<keyof QueueSearch, string | undefined>>): void {
    void navigate({
      to: '/pemeriksaan',
      search: (before) => ({ ...viewOf(before), ...queueOf({ ...before, ...changed }) }),
      replace: true,
      resetScroll: false,
    });
  }

  function open(id: string | undefined): void {
    change({ record: id });
  }

  /** One further, or one back; past decided records where `undecided` says so. Whether there was one. */
  function step(by: 1 | -1, undecided = false): boolean {
    const on = by > 0 ? items.slice(place + 1) : items.slice(0, Math.max(0, place)).reverse();
    const next = undecided ? on.find((item) => !outbox.state.get().byRecord.has(item.record_id)) : on[0];
    if (next !== undefined) open(next.record_id);
    return next !== undefined;
  }

  return { search, asked, queue, items, sent, recordId, place, isWide, left, change, open, step };
}

export type Queue = ReturnType<typeof useQueue>;

/** A record that moved from one page to another while the list was read stands in it once. */
function unique(items: readonly Waiting[]): Waiting[] {
  return [...new Map(items.map((item) => [item.record_id, item])).values()];
}
