interface Page {
  readonly next_cursor: string | null;
}

/** The query of one page of a list, after a cursor; '' is the first one. */
export function pageAfter(cursor: string, limit: number): { limit: number; cursor?: string } {
  return { limit, ...(cursor === '' ? {} : { cursor }) };
}

/** Options of a list that comes a page after the other. */
export const BY_PAGES = {
  initialPageParam: '',
  getNextPageParam: (last: Page) => last.next_cursor ?? undefined,
} as const;
