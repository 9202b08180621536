// The protocol's storage in IndexedDB. Each write is one transaction with strict durability: when it is told to be done, the
// bytes are on the disk, and the power may fail.

import { type Reading, type Store, TABLES, type Table, type Writing } from '@kumkm/protocol/store.ts';
import type { IDBPTransaction } from 'idb';
import type { Database, Name, Tables } from './database.ts';
import { renewed } from './renewing.ts';
import { takesMore } from './room.ts';
import { sawFull, sawRoom } from './seen.ts';

/** The tablet has no room left; nothing of what was to be written is there. */
export class StorageFull extends Error {}

const LAST = '\uffff';

export class IndexedStore implements Store {
  constructor(private readonly database: Database) {}

  async read<T>(work: (tables: Reading) => Promise<T>): Promise<T> {
    return work(new Held(this.database.transaction([...TABLES], 'readonly')));
  }

  write<T>(work: (tables: Writing) => Promise<T>): Promise<T> {
    return written(this.database, TABLES, (transaction) => work(new Held(transaction)));
  }
}

type Work<T> = (transaction: IDBPTransaction<Tables, Name[], 'readwrite'>) => Promise<T>;

/**
 * One transaction that is on the disk when this is done, or of which nothing is left. All pages learn whether there was room.
 * @throws StorageFull
 */
export async function written<T>(database: Database, names: readonly Name[], work: Work<T>): Promise<T> {
  try {
    const done = await inOne(database, names, work);
    sawRoom();
    return done;
  } catch (fault) {
    if (fault instanceof StorageFull) sawFull();
    throw fault;
  }
}

async function inOne<T>(database: Database, names: readonly Name[], work: Work<T>): Promise<T> {
  if (!(await renewed(database)) || !(await takesMore())) throw new StorageFull();
  const transaction = database.transaction([...names], 'readwrite', { durability: 'strict' });
  const done = transaction.done;
  done.catch(() => {}); // it is waited for below, but for a fault of the work
  try {
    const told = await work(transaction);
    await done;
    return told;
  } catch (fault) {
    if (!isFull(fault)) abort(transaction);
    throw isFull(fault) || isFull(transaction.error) ? new StorageFull() : fault;
  }
}

/** The transaction may have ended by the very fault. */
function abort(transaction: IDBPTransaction<Tables, Name[], 'readwrite'>): void {
  try {
    transaction.abort();
  } catch {
    // it has ended already
  }
}

function isFull(fault: unknown): boolean {
  return fault instanceof DOMException && fault.name === 'QuotaExceededError';
}

class Held implements Writing {
  constructor(private readonly transaction: IDBPTransaction<Tables, Name[], 'readonly' | 'readwrite'>) {}

  get(table: Table, key: string): Promise<unknown> {
    return this.transaction.objectStore(table).get(key);
  }

  async all(table: Table, prefix = ''): Promise<[string, unknown][]> {
    const store = this.transaction.objectStore(table);
    const range = prefix === '' ? null : IDBKeyRange.bound(prefix, prefix + LAST);
    const [keys, values] = await Promise.all([store.getAllKeys(range), store.getAll(range)]);
    return keys.map((key, at) => [key, values[at]]);
  }

  async put(table: Table, key: string, value: unknown): Promise<void> {
    await this.writable(table).put(value, key);
  }

  async delete(table: Table, key: string): Promise<void> {
    await this.writable(table).delete(key);
  }

  private writable(table: Table) {
    return (this.transaction as IDBPTransaction<Tables, Name[], 'readwrite'>).objectStore(table);
  }
}
