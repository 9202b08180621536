import { useTexts } from '@kumkm/shared/texts/language.ts';
import { Skeleton } from '@mantine/core';
import { shell } from '../texts/shell.ts';
import { Page } from './page.tsx';

/** What a page looks like before its script is here. */
export function Loading() {
  const t = useTexts(shell);
  return (
    <Page title={t.loading}>
      <Waiting rows={4} />
    </Page>
  );
}

/** Grey bars in place of what is still loading. */
export function Waiting({ rows = 3, height = 48 }: { readonly rows?: number; readonly height?: number }) {
  const t = useTexts(shell);
  return (
    <div role="status" aria-label={t.loading}>
      {Array.from({ length: rows }, (_, row) => row).map((row) => (
        <Skeleton key={row} height={height} mb={8} />
      ))}
    </div>
  );
}
