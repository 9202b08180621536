import { takesOpening } from '../storage/room.ts';
import { changed, here, openDevice, phase } from './device.ts';
import { isFresh, lock, watchIdle } from './lock.ts';
import { takeLock } from './one-tab.ts';
import { watchRoom } from './room.ts';
import { watchRoute } from './route.ts';
import { syncByItself } from './syncing.ts';

/** Begin: the lock of the tabs first, then the tables. */
export async function start(steal = false): Promise<void> {
  if (!(await takeLock(steal, lost))) {
    phase.set('elsewhere');
    return;
  }
  if (!(await takesOpening())) {
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
  if (found === 'locked' && (await isFresh())) phase.set('open');
  else if (found === 'locked') await lock();
  else phase.set(found);
}

/** Another tab took over: nothing is written here any more. */
function lost(): void {
  try {
    here().database.close();
  } catch {
    // it was not open yet
  }
  phase.set('elsewhere');
}
