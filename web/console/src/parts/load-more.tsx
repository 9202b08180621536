import { useTexts } from '@kumkm/shared/texts/language.ts';
import { Button } from '@mantine/core';
import { parts } from '../texts/parts.ts';

/** A list that comes by pages, as `useInfiniteQuery` gives it. */
interface Pages {
  readonly hasNextPage: boolean;
  readonly isFetchingNextPage: boolean;
  readonly fetchNextPage: () => Promise<unknown>;
}

/** The end of a list at a side: its next page, where there is one. */
export function LoadMore({ list }: { readonly list: Pages }) {
  const t = useTexts(parts);
  if (!list.hasNextPage) return null;
  return (
    <Button
      variant="subtle"
      fullWidth
      loading={list.isFetchingNextPage}
      onClick={() => void list.fetchNextPage()}
    >
      {t.loadMore}
    </Button>
  );
}
