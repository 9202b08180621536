// How many records, re-interviews and photos wait, counted after each write: a page never shows a figure of before.

import { Store } from '@kumkm/shared/store.ts';
import { edition, here } from './device.ts';

export interface Counts {
  unsent: number;
  /** To be corrected, or returned. */
  fix: number;
  photos: number;
}

/** Null before the first count. */
export const counts = new Store<Counts | null>(null);

let last: Promise<void> = Promise.resolve();
let waiting: Promise<void> | null = null;

/** Count. When this is done, a count is shown that began after it was asked for; many who ask at once get one. */
export function recount(look: () => Promise<Counts> = counted): Promise<void> {
  if (waiting === null) {
    waiting = last.then(async () => {
      waiting = null;
      try {
        counts.set(await look());
      } catch {
        // the tables are not open yet, or not any more: the app shows that by itself
      }
    });
    last = waiting;
  }
  return waiting;
}

edition.subscribe(() => void recount());

async function counted(): Promise<Counts> {
  const { outbox, photos, reinterviews } = here().tablet;
  const [rows, again] = [await outbox.rows(), await reinterviews.rows()];
  const among = (...states: string[]) =>
    [...rows, ...again].filter((row) => states.includes(row.state)).length;
  // A record that is `kept` is at the server; what was heard of a re-interview that another one does now is here alone.
  const heard = again.filter((row) => row.state === 'kept').length;
  return {
    unsent: among('queued', 'sending') + heard,
    fix: among('to_fix', 'returned'),
    photos: (await photos.all()).filter((each) => each.fault === null).length,
  };
}
