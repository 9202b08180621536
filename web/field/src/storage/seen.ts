// What writes say of the room: the browser's own figure may be far from it.

import { Store } from '@kumkm/shared/store.ts';

/** Of writes: `full`: the last one failed for want of room. `was_full`: one failed since the app was opened. */
export type Seen = 'nothing' | 'full' | 'was_full';

export const seen = new Store<Seen>('nothing');

/** A write failed for want of room. */
export const sawFull = (): void => seen.set('full');

/** A write came through. */
export function sawRoom(): void {
  if (seen.get() === 'full') seen.set('was_full');
}
