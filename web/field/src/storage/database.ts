// What is kept on this tablet, in IndexedDB: the tables of the protocol, and beside them what is the app's own.

import { TABLES } from '@kumkm/protocol/store.ts';
import { type DBSchema, type IDBPDatabase, type IDBPTransaction, openDB } from 'idb';

/** `draft`: forms that are being filled in, sealed. `key`: the key of everything sealed. `app`: values that are no secret. */
export const OWN = ['draft', 'key', 'app'] as const;
export const ALL = [...TABLES, ...OWN] as const;
export type Name = (typeof ALL)[number];

export type Tables = DBSchema & { [name in Name]: { key: string; value: unknown } };
export type Database = IDBPDatabase<Tables>;
type Upgrading = IDBPTransaction<Tables, Name[], 'versionchange'>;

/** One step for each edition of the tables; a step that was released is never changed. */
export type StepUp = (database: Database, transaction: Upgrading) => void | Promise<void>;
export const STEPS: readonly StepUp[] = [
  (database) => {
    for (const name of ALL) database.createObjectStore(name);
  },
];

/** The tables on this tablet are of a newer app than this one. */
export class NewerTables extends Error {}

export const DATABASE = 'kumkm-field';

/**
 * Open the tables, and bring older ones up to date: all steps hold, or none.
 *
 * @param closed called where another tab has a newer app and needs the tables: this one can write nothing any more.
 * @param lost called where the browser takes the tables away, as it does on a full disk.
 * @throws NewerTables
 */
export async function open(
  closed: () => void = () => {},
  {
    name = DATABASE,
    steps = STEPS,
    lost = () => {},
  }: { name?: string; steps?: readonly StepUp[]; lost?: () => void } = {},
): Promise<Database> {
  try {
    const database = await openDB<Tables>(name, steps.length, {
      async upgrade(made, before, _now, transaction) {
        transaction.done.catch(() => {}); // told by the opening
        try {
          for (const step of steps.slice(before)) await step(made, transaction as Upgrading);
        } catch {
          transaction.abort();
        }
      },
      blocking(_current, _wanted, event) {
        (event.target as IDBDatabase).close();
        closed();
      },
      terminated: lost,
    });
    return database;
  } catch (fault) {
    if (fault instanceof DOMException && fault.name === 'VersionError') throw new NewerTables();
    throw fault;
  }
}
