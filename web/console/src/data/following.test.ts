import { QueryClient } from '@tanstack/react-query';
import { afterEach, expect, test } from 'vitest';
import { FOLLOWS, LED, letFollow } from './following.ts';

const queries = new QueryClient();
letFollow(queries);
const REGION = [...LED, '16.01', {}];

afterEach(() => queries.clear());

function follower(name: string, data: unknown, options: object = FOLLOWS) {
  queries.getQueryCache().build(queries, { queryKey: [name], ...options });
  queries.setQueryData([name], data);
  return () => queries.getQueryState([name])?.isInvalidated;
}

test('what follows is asked again when the sums of a region are others, and not before', () => {
  const isOld = follower('children', { items: [1] });
  queries.setQueryData(REGION, { item: { entered: 1 } });
  queries.setQueryData(REGION, { item: { entered: 1 } });
  expect(isOld()).toBe(false);
  queries.setQueryData(REGION, { item: { entered: 2 } });
  expect(isOld()).toBe(true);
});

test('a list of more than a page, and what follows nothing, stay', () => {
  const isLongOld = follower('force', { items: Array.from({ length: 1_001 }) });
  const isOtherOld = follower('people', { items: [] }, {});
  queries.setQueryData(REGION, { item: { entered: 1 } });
  queries.setQueryData(REGION, { item: { entered: 2 } });
  expect([isLongOld(), isOtherOld()]).toEqual([false, false]);
});
