// What is known of the room on this tablet. A browser's estimate may be missing, or no measure of the disk at all.

import { Store } from '@kumkm/shared/store.ts';
import { judged, type Room, room, takesMore, takesOpening } from '../storage/room.ts';

/** `measured`: the estimate moves with the disk. `promised`: a round figure that says nothing of the disk. */
export type Estimate = 'measured' | 'promised' | 'missing';
/** `unknown`: some megabytes can be written, and nobody says how many more. */
export type Left = 'enough' | 'little' | 'none' | 'unknown';

export interface Known {
  room: Room;
  estimate: Estimate;
  left: Left;
}

/** What was seen on the disk itself: `full`: a write failed. `was_full`: it failed in this run. `takes`: some megabytes. */
export type Seen = 'nothing' | 'takes' | 'full' | 'was_full';

export const roomLeft = new Store<Known | null>(null);

const GIB = 1024 ** 3;

/**
 * What an estimate is worth. So that no page learns how large a disk is, Chromium may say whole gibibytes beyond what is used,
 * whatever is left of the disk.
 */
export function estimateOf({ used, most }: Room): Estimate {
  if (used === null || most === null || most <= 0 || used > most) return 'missing';
  return most > used && (most - used) % GIB === 0 ? 'promised' : 'measured';
}

/** How much is left, by what is known: what was seen is worth more than what the browser says. */
export function leftOf(room: Room, seen: Seen): Left {
  if (seen === 'full') return 'none';
  const said = estimateOf(room) === 'measured' ? judged(room) : 'unknown';
  return seen === 'was_full' && said !== 'none' ? 'little' : said;
}

const EVERY_MS = 60_000;
/** The disk itself is tried so often where the browser does not measure it: a trial writes some megabytes. */
const TRIED_EVERY_MS = 60 * 60_000;

let seen: Seen = 'nothing';
let triedAt = Date.now(); // it was tried when the app began

/** A write failed for want of room. */
export function sawFull(): void {
  seen = 'full';
  void look();
}

async function look(): Promise<void> {
  const found = await room();
  const estimate = estimateOf(found);
  if (seen === 'full' && (await takesMore())) seen = 'was_full';
  if (estimate !== 'measured' && Date.now() - triedAt > TRIED_EVERY_MS) {
    triedAt = Date.now();
    seen = (await takesOpening()) ? (seen === 'nothing' ? 'takes' : seen) : 'full';
  }
  roomLeft.set({ room: found, estimate, left: leftOf(found, seen) });
}

/** Look how much room there is, and again now and then. */
export function watchRoom(): void {
  void look();
  setInterval(() => void look(), EVERY_MS);
}
