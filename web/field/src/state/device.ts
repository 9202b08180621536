// The tablet as this app has it: one set of tables, one protocol over them, and where the app stands.

import { localTime } from '@kumkm/protocol/batches.ts';
import { type Handshake, type Reference, Tablet } from '@kumkm/protocol/tablet.ts';
import { Waiting } from '@kumkm/protocol/waiting.ts';
import { Store } from '@kumkm/shared/store.ts';
import { language } from '@kumkm/shared/texts/language.ts';
import { type Database, NewerTables, open } from '../storage/database.ts';
import { Drafts } from '../storage/drafts.ts';
import { KeySeal } from '../storage/seal.ts';
import { IndexedStore, written } from '../storage/store.ts';

/**
 * `elsewhere`: another tab works. `outdated`: a newer app wrote the tables, or took them over. `full`: the tablet has no room,
 * and the browser took the tables away, or would if they were opened. `broken`: the browser gives no storage. `enrol`: nobody is signed in on this tablet. `pin`: one has to be chosen. `locked`: it has to be said.
 */
export type Phase =
  | 'opening'
  | 'elsewhere'
  | 'outdated'
  | 'full'
  | 'broken'
  | 'enrol'
  | 'pin'
  | 'locked'
  | 'open';

export const phase = new Store<Phase>('opening');
/** Grows with everything that is written, so that what is shown is read again. */
export const edition = new Store(0);

export const changed = (): void => edition.set(edition.get() + 1);

export interface Device {
  readonly database: Database;
  readonly seal: KeySeal;
  readonly tablet: Tablet;
  readonly drafts: Drafts;
}

let device: Device | null = null;

/** What is open. @throws Error before it is. */
export function here(): Device {
  if (device === null) throw new Error('the tables are not open');
  return device;
}

/** Attempts at one request in a sync: somebody looks on, and asks again where the signal is better. */
const ATTEMPTS = 4;

/** Where the API is: one folder above this app's. */
export function server(): string {
  return new URL('..', document.baseURI).href.replace(/\/$/, '');
}

export async function openDevice(): Promise<Phase> {
  try {
    const database = await open(() => phase.set('outdated'), { lost: () => phase.set('full') });
    const seal = new KeySeal(database);
    const tablet = new Tablet(new IndexedStore(database), seal, {
      ...{ server: server(), now: Date.now, waiting: new Waiting(Math.random, ATTEMPTS) },
      ...{ appVersion: __APP_VERSION__, fetch: (url, init) => fetch(url, init) },
      sleep: (seconds) => new Promise((done) => setTimeout(done, seconds * 1000)),
      get language() {
        return language.get();
      },
    });
    device = { database, seal, tablet, drafts: new Drafts(database, seal) };
  } catch (fault) {
    return fault instanceof NewerTables ? 'outdated' : 'broken';
  }
  if ((await here().tablet.outbox.get('username')) === null) return 'enrol';
  return (await kept('pin')) === null ? 'pin' : 'locked';
}

/** A value of the app itself, which is no secret. */
export async function kept<T>(name: string): Promise<T | null> {
  return ((await here().database.get('app', name)) as T | undefined) ?? null;
}

/** Keep a value of the app; null removes it. `shown`: whether a page may show it. */
export async function keep(name: string, value: unknown, shown = true): Promise<void> {
  await written(here().database, ['app'], async (transaction) => {
    const values = transaction.objectStore('app');
    await (value === null ? values.delete(name) : values.put(value, name));
  });
  if (shown) changed();
}

/** What the server said last of campaigns and limits. */
export const handshake = (): Promise<Handshake | null> => here().tablet.outbox.get<Handshake>('handshake');

let read: { tag: string | null; reference: Reference } | null = null;

/** Forms, regions and activities, read once as long as they are the same. */
export async function reference(): Promise<Reference | null> {
  const tag = await here().tablet.outbox.get<string>('reference_tag');
  if (read === null || read.tag !== tag) {
    const found = await here().tablet.reference();
    read = found === null ? null : { tag, reference: found };
  }
  return read?.reference ?? null;
}

/** Now, as the server's clock would say it after the last sync: milliseconds since 1970. */
export async function serverNow(): Promise<number> {
  return Date.now() - ((await kept<number>('clock_ahead')) ?? 0) * 1000;
}

/** Now by this tablet's clock, as items say it. */
export const nowHere = (): string => localTime(Date.now());
