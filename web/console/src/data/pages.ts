import { infiniteQueryOptions } from '@tanstack/react-query';

/** A page of a list, as every list of the API answers. */
export interface Paged<Row> {
  readonly items: readonly Row[];
  readonly next_cursor: string | null;
}

/** Which page, as a part of the query: the first one has no cursor. */
interface Wanted {
  readonly limit: number;
  readonly cursor?: string;
}

interface Asked {
  readonly page: Wanted;
  readonly signal: AbortSignal;
}

const FIRST = '';

const wanted = (limit: number, cursor: string): Wanted => ({
  limit,
  ...(cursor === FIRST ? {} : { cursor }),
});

/** Options of a list that comes a page after the other, each of at most so many rows. */
export function pagesQuery<Page extends Paged<unknown>>(
  key: readonly unknown[],
  limit: number,
  ask: (asked: Asked) => Promise<Page>,
) {
  return infiniteQueryOptions({
    queryKey: key,
    queryFn: ({ pageParam, signal }) => ask({ page: wanted(limit, pageParam), signal }),
    initialPageParam: FIRST,
    getNextPageParam: (last) => last.next_cursor ?? undefined,
  });
}

/** All pages of a list as one answer: the first one, with everybody's rows. */
export async function wholeList<Page extends Paged<unknown>>(
  limit: number,
  ask: (page: Wanted) => Promise<Page>,
): Promise<Omit<Page, 'items' | 'next_cursor'> & { readonly items: readonly Page['items'][number][] }> {
  const first = await ask(wanted(limit, FIRST));
  const items = [...first.items];
  let { next_cursor: cursor } = first;
  while (cursor !== null) {
    const next = await ask(wanted(limit, cursor));
    items.push(...next.items);
    cursor = next.next_cursor;
  }
  return { ...first, items };
}

/** The first rows of a list, so many at most: of a file that is made in the browser. */
export async function upTo<Row>(
  most: number,
  limit: number,
  ask: (page: Wanted) => Promise<Paged<Row>>,
): Promise<readonly Row[]> {
  const rows: Row[] = [];
  let cursor: string | null = FIRST;
  while (cursor !== null && rows.length < most) {
    const page: Paged<Row> = await ask(wanted(limit, cursor));
    rows.push(...page.items);
    cursor = page.next_cursor;
  }
  return rows.slice(0, most);
}

/** The most rows of a file that is made in the browser: 20 pages of the API. */
export const MOST_ROWS = 20_000;
const PAGE_OF_FILE = 1_000;

/** The rows of a list for a file. */
export function rowsOfFile<Row>(ask: (page: Wanted) => Promise<Paged<Row>>): Promise<readonly Row[]> {
  return upTo(MOST_ROWS, PAGE_OF_FILE, ask);
}
