// What the browser's estimate of the room is worth, and what was seen on the disk itself.

import type { Room } from '../storage/room.ts';
import type { Seen } from '../storage/seen.ts';

/** `measured`: the estimate moves with the disk. `promised`: a round figure that says nothing of the disk. */
export type Estimate = 'measured' | 'promised' | 'missing';
type Left = 'enough' | 'little' | 'none';

const GIB = 1024 ** 3;

/**
 * What an estimate is worth. So that no page learns how large a disk is, Chromium may say whole gibibytes beyond what is used,
 * whatever is left of the disk.
 */
export function estimateOf({ used, most }: Room): Estimate {
  if (used === null || most === null || most <= 0 || used > most) return 'missing';
  return most > used && (most - used) % GIB === 0 ? 'promised' : 'measured';
}

/** How much is left: what was seen is worth more than what is said. */
export function leftOf(said: Left, now: Seen): Left {
  if (now === 'full') return 'none';
  return now === 'was_full' && said === 'enough' ? 'little' : said;
}
