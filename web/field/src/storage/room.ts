// Whether there is room on the tablet, and whether the browser may clear what is kept. Told before it is full.

export interface Room {
  /** Bytes; null where the browser does not say. */
  used: number | null;
  most: number | null;
  /** The browser clears nothing by itself. */
  isPersisted: boolean;
}

const LITTLE = 200 * 1024 * 1024;
/** A day of 30 interviews with photos takes less. */
export const A_DAY = 15 * 1024 * 1024;

/** Ask that nothing is ever cleared, and look how much room there is. */
export async function room(
  storage: StorageManager | undefined = globalThis.navigator?.storage,
): Promise<Room> {
  if (storage === undefined) return { used: null, most: null, isPersisted: false };
  const isPersisted = (await storage.persisted?.()) || ((await storage.persist?.()) ?? false);
  const { usage = null, quota = null } = (await storage.estimate?.()) ?? {};
  return { used: usage, most: quota, isPersisted };
}

/** `little`: a few days are left at most. `none`: less than a day's interviews. */
export function judged({ used, most }: Room): 'enough' | 'little' | 'none' {
  if (used === null || most === null) return 'enough';
  const left = most - used;
  if (left < A_DAY) return 'none';
  return left < LITTLE ? 'little' : 'enough';
}

const TRIED = 'kumkm-room';
/** Bytes of one file. */
const PIECE = 256 * 1024;
/** Files for what a write of the tables takes at most, with their log. */
const A_WRITE = 1;
/** Files for what opening the tables may take: the browser turns a log of at most 4 MiB into a table, and begins another. */
const AN_OPENING = 32;
const TRIED_FOR_MS = 1_000;
const WAITED_MS = 5_000;
let triedAt = Number.NEGATIVE_INFINITY;

/** Whether the disk takes the next write, tried at most once a second. */
export async function takesMore(now = performance.now()): Promise<boolean> {
  return now - triedAt < TRIED_FOR_MS || (await takes(A_WRITE, now));
}

/** Whether the tables can be opened. */
export const takesOpening = (): Promise<boolean> => takes(AN_OPENING, performance.now());

/**
 * Whether the disk takes so many pieces, tried beside the tables. Chromium counts a quota that may be far from what is left of the
 * disk, and throws all tables away when writing them fails for want of room a second time (seen in version 153).
 */
async function takes(pieces: number, now: number): Promise<boolean> {
  if (!('caches' in globalThis)) return true;
  try {
    // On a full disk Chromium may not answer at all.
    const late = new Promise<never>((_, no) => setTimeout(no, WAITED_MS));
    await Promise.race([put(pieces), late]);
    triedAt = now;
    return true;
  } catch (fault) {
    // A browser that gives no caches at all says so, and has no room to be asked for.
    return fault instanceof DOMException && fault.name === 'SecurityError';
  } finally {
    void caches.delete(TRIED).catch(() => {});
  }
}

async function put(pieces: number): Promise<void> {
  const cache = await caches.open(TRIED);
  for (let piece = 0; piece < pieces; piece += 1) {
    await cache.put(`./${TRIED}/${piece}`, new Response(new Uint8Array(PIECE)));
  }
}
