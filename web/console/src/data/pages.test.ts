import { expect, test } from 'vitest';
import { pagesQuery, upTo, wholeList } from './pages.ts';

interface Asked {
  readonly limit: number;
  readonly cursor?: string;
}

const PAGES = {
  '': { items: ['a', 'b'], next_cursor: 'b', as_of: '2022-09-12' },
  b: { items: ['c', 'd'], next_cursor: 'd', as_of: '2022-09-13' },
  d: { items: ['e'], next_cursor: null, as_of: '2022-09-14' },
} as const;

function pageOf(cursor: string | undefined) {
  const found = Object.entries(PAGES).find(([after]) => after === (cursor ?? ''));
  if (found === undefined) throw new Error(`no page after ${cursor}`);
  return found[1];
}

test('a whole list has the rows of all pages, and says else what its first page says', async () => {
  const asked: Asked[] = [];
  const list = await wholeList(2, async (page) => {
    asked.push(page);
    return pageOf(page.cursor);
  });
  expect(list.items).toEqual(['a', 'b', 'c', 'd', 'e']);
  expect(list.as_of).toBe('2022-09-12');
  expect(asked).toEqual([{ limit: 2 }, { limit: 2, cursor: 'b' }, { limit: 2, cursor: 'd' }]);
});

test('of pages each is asked for after the one before, and none after the last', () => {
  const query = pagesQuery(['letters'], 2, async ({ page }) => pageOf(page.cursor));
  const next = (page: (typeof PAGES)[keyof typeof PAGES]) => query.getNextPageParam(page, [], '', []);
  expect(query.initialPageParam).toBe('');
  expect([next(PAGES['']), next(PAGES.b), next(PAGES.d)]).toEqual(['b', 'd', undefined]);
});

test('of a file there are so many rows at most, and no page is asked for behind them', async () => {
  const asked: Asked[] = [];
  const ask = async (page: Asked) => {
    asked.push(page);
    return pageOf(page.cursor);
  };
  expect(await upTo<string>(3, 2, ask)).toEqual(['a', 'b', 'c']);
  expect(asked).toEqual([{ limit: 2 }, { limit: 2, cursor: 'b' }]);
  expect(await upTo<string>(9, 2, ask)).toEqual(['a', 'b', 'c', 'd', 'e']);
});
