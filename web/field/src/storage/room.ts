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
