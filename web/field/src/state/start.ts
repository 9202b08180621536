import { changed, here, openDevice, phase } from './device.ts';
import { isFresh, watchIdle } from './lock.ts';
import { takeLock } from './one-tab.ts';
import { watchRoom } from './room.ts';
import { watchRoute } from './route.ts';
import { syncByItself } from './syncing.ts';

const TRIED = 'kumkm-room';
const TRIED_BYTES = 1_000_000; // what IndexedDB needs to open its log

/** Begin: the lock of the tabs first, then the tables. */
export async function start(steal = false): Promise<void> {
  if (!(await takeLock(steal, lost))) {
    phase.set('elsewhere');
    return;
  }
  if (!(await hasRoom())) {
    phase.set('full');
    return;
  }
  const found = await openDevice();
  if (['outdated', 'broken'].includes(found)) {
    phase.set(found);
    return;
  }
  watchRoute();
  watchIdle();
  watchRoom();
  syncByItself();
  changed();
  phase.set(found === 'locked' && (await isFresh()) ? 'open' : found);
}

/**
 * Whether something can be written. Chromium throws tables away that it opens on a full disk, so this is tried first, beside
 * them.
 */
async function hasRoom(): Promise<boolean> {
  if (!('caches' in globalThis)) return true;
  try {
    const cache = await caches.open(TRIED);
    await cache.put(`./${TRIED}`, new Response(new Uint8Array(TRIED_BYTES)));
    return true;
  } catch (fault) {
    return !(fault instanceof DOMException && fault.name === 'QuotaExceededError') && !isFull(fault);
  } finally {
    await caches.delete(TRIED).catch(() => {});
  }
}

/** What Chromium says where the disk has no room for a cache. */
const isFull = (fault: unknown): boolean =>
  fault instanceof DOMException && ['UnknownError', 'InvalidStateError', 'AbortError'].includes(fault.name);

/** Another tab took over: nothing is written here any more. */
function lost(): void {
  try {
    here().database.close();
  } catch {
    // it was not open yet
  }
  phase.set('elsewhere');
}
