import { Fault } from './fault.tsx';
import { Waiting } from './loading.tsx';
import { Page } from './page.tsx';

interface Told {
  readonly title: string;
  /** What the page waits for. */
  readonly query: {
    readonly isError: boolean;
    readonly error: unknown;
    readonly refetch: () => Promise<unknown>;
  };
  /** Bars in place of what comes, and how high they are, in pixels. */
  readonly rows: number;
  readonly height: number;
}

/** A page whose answer is not here yet, or did not come. */
export function PageToCome({ title, query, rows, height }: Told) {
  return (
    <Page title={title}>
      {query.isError ? (
        <Fault fault={query.error} again={() => void query.refetch()} />
      ) : (
        <Waiting rows={rows} height={height} />
      )}
    </Page>
  );
}
