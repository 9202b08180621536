import type { ReactNode } from 'react';
import { Empty } from '../../parts/empty.tsx';
import { Fault } from '../../parts/fault.tsx';
import { Waiting } from '../../parts/loading.tsx';
import { More } from './more.tsx';
import type { Listed } from './queries.ts';

interface Told {
  readonly list: Listed<unknown>;
  /** Whether nothing of what is here is shown. */
  readonly isEmpty: boolean;
  /** What is said then. */
  readonly none: string;
  /** The table. */
  readonly children: ReactNode;
}

/** A list as far as it is here: on its way, without anything, or its table; and the way to the rest of it. */
export function Listing({ list, isEmpty, none, children }: Told) {
  return (
    <>
      {list.fault !== null && <Fault fault={list.fault} again={list.again} />}
      {list.pending && list.fault === null ? (
        <Waiting rows={8} />
      ) : isEmpty && !list.coming ? (
        <Empty title={none} />
      ) : (
        children
      )}
      <More more={list.more} />
    </>
  );
}
