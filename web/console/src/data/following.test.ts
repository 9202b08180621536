import { QueryClient } from '@tanstack/react-query';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { FOLLOWS, LED, letFollow } from './following.ts';

const REGION = [...LED, '16.01', {}];
let queries: QueryClient;

beforeEach(() => {
  vi.useFakeTimers();
  queries = new QueryClient();
  letFollow(queries);
});

afterEach(() => {
  queries.clear();
  vi.useRealTimers();
});

function says(entered: number): void {
  queries.setQueryData(REGION, { item: { entered } });
}

function follower(name: string, data: unknown, options: object = FOLLOWS) {
  queries.getQueryCache().build(queries, { queryKey: [name], ...options });
  queries.setQueryData([name], data);
  return () => queries.getQueryState([name])?.isInvalidated;
}

test('what follows is asked again when the sums of a region are others, and not before', () => {
  const isOld = follower('children', { items: [1] });
  says(1);
  says(1);
  expect(isOld()).toBe(false);
  says(2);
  expect(isOld()).toBe(true);
});

test('a list of more than a page, and what follows nothing, stay', () => {
  const isLongOld = follower('force', { items: Array.from({ length: 1_001 }) });
  const isOtherOld = follower('people', { items: [] }, {});
  says(1);
  says(2);
  expect([isLongOld(), isOtherOld()]).toEqual([false, false]);
});

test('where sums move all the time the rest is asked for every ten seconds, and is not forgotten', () => {
  const isOld = follower('children', { items: [1] });
  says(1);
  says(2);
  expect(isOld()).toBe(true);
  queries.setQueryData(['children'], { items: [2] });
  vi.advanceTimersByTime(4_000);
  says(3);
  expect(isOld()).toBe(false);
  vi.advanceTimersByTime(4_000);
  says(3);
  expect(isOld()).toBe(false);
  vi.advanceTimersByTime(4_000);
  says(3);
  expect(isOld()).toBe(true);
});
