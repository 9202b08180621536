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
const MEBIBYTE = 1024 * 1024;
/** Bytes: more than most writes of the tables take. A larger one that fails is no loss: the next opening begins a new log. */
const A_WRITE = MEBIBYTE;
/** Somebody who types writes at every stroke: the memory of a tablet is not worn out for that. */
const TRIED_FOR_MS = 2_000;
/** Bytes: more than opening the tables takes, beginning a new log of them (renewing.ts), and a day. */
const AN_OPENING = 16 * MEBIBYTE;
const WAITED_MS = 5_000;

let triedAt = Number.NEGATIVE_INFINITY;

/** Whether the disk takes the next write; what was found holds for two seconds, unless there was no room. */
export async function takesMore(now = performance.now()): Promise<boolean> {
  if (now - triedAt < TRIED_FOR_MS) return true;
  const found = await takes(A_WRITE);
  triedAt = found ? now : Number.NEGATIVE_INFINITY;
  return found;
}

/** Whether the tables can be opened. */
export const takesOpening = (): Promise<boolean> => takes(AN_OPENING);

/** Whether there is room for a day. */
export const takesDay = (): Promise<boolean> => takes(AN_OPENING);

/** Storage apart from that of the tables, in browsers that have it; TypeScript does not know it yet. */
interface Apart {
  open(name: string): Promise<{ readonly indexedDB: IDBFactory }>;
}

/**
 * Whether the disk takes so many bytes, tried beside the tables. What the browser says of the room that is left is no measure:
 * Chromium 153 says 1 GiB on a full disk. The bytes are a file of a database in storage of its own. A write that fails there harms
 * no other database; one that fails in the Cache Storage or in a private file makes Chromium clear what it may, the tables too.
 */
async function takes(bytes: number): Promise<boolean> {
  const apart = (globalThis.navigator as { storageBuckets?: Apart } | undefined)?.storageBuckets;
  if (apart === undefined) return true;
  let timer: ReturnType<typeof setTimeout> | undefined;
  // On a full disk a browser may not answer at all.
  const late = new Promise<never>((_, no) => {
    timer = setTimeout(() => no(new Error('no answer')), WAITED_MS);
  });
  try {
    await Promise.race([tried(apart, bytes), late]);
    return true;
  } catch (fault) {
    // A browser that gives no storage apart says so, and has no room to be asked for.
    return fault instanceof DOMException && fault.name === 'SecurityError';
  } finally {
    clearTimeout(timer);
  }
}

async function tried(apart: Apart, bytes: number): Promise<void> {
  const { indexedDB } = await apart.open(TRIED);
  const database = await new Promise<IDBDatabase>((done, no) => {
    const opening = indexedDB.open(TRIED, 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore(TRIED);
    opening.onsuccess = () => done(opening.result);
    opening.onerror = () => no(opening.error);
  });
  const write = (work: (values: IDBObjectStore) => void) =>
    new Promise<void>((done, no) => {
      const transaction = database.transaction(TRIED, 'readwrite', { durability: 'relaxed' });
      work(transaction.objectStore(TRIED));
      transaction.oncomplete = () => done();
      transaction.onabort = () => no(transaction.error);
    });
  try {
    await write((values) => values.put(new Blob([new Uint8Array(bytes)]), TRIED));
    await write((values) => values.clear());
  } finally {
    database.close();
  }
}
