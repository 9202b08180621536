// After a write that found no room, Chromium's tables (LevelDB) have half an entry at the end of their log. They open once more, and
// write behind that half entry; at the next opening all that was written there is gone, or the whole log counts as broken, and the
// browser throws all tables away (seen in version 153). A log that is full is laid down, and a new one is begun. So before anything
// is written after an opening, the log is filled.

import type { Database } from './database.ts';
import { takesOpening } from './room.ts';

/** Chromium lays a log of 4 MiB down. */
const LOG = 4 * 1024 * 1024;
/** A larger value is kept in a file beside the tables. */
const PIECE = 60_000;
const PIECES = Math.ceil((1.25 * LOG) / PIECE);
const NAME = 'renewing/';

const renewing = new WeakMap<Database, Promise<boolean>>();

/** Whether what is written from now on is in a log of its own: done once for each opening, where there is room for it. */
export function renewed(database: Database): Promise<boolean> {
  const begun = renewing.get(database) ?? renew(database);
  renewing.set(database, begun);
  begun.then(
    (done) => done || renewing.delete(database),
    () => renewing.delete(database),
  );
  return begun;
}

async function renew(database: Database): Promise<boolean> {
  if (!(await takesOpening())) return false;
  // Chromium packs what can be packed.
  const piece = () => crypto.getRandomValues(new Uint8Array(PIECE));
  const told = () => {}; // by the end of the transaction
  const filled = database.transaction('app', 'readwrite');
  for (let at = 0; at < PIECES; at += 1) filled.store.put(piece(), NAME + at).catch(told);
  await filled.done;
  const emptied = database.transaction('app', 'readwrite', { durability: 'strict' });
  emptied.store.delete(IDBKeyRange.bound(NAME, `${NAME}\uffff`)).catch(told);
  await emptied.done;
  return true;
}
