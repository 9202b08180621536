import 'fake-indexeddb/auto';
import { MemoryStore } from '@kumkm/protocol/memory-store.ts';
import { Outbox } from '@kumkm/protocol/outbox.ts';
import { type Store, TABLES } from '@kumkm/protocol/store.ts';
import { IDBFactory as Factory } from 'fake-indexeddb';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ALL, type Database, NewerTables, open, STEPS } from './database.ts';
import { type Draft, Drafts } from './drafts.ts';
import { renewed } from './renewing.ts';
import { A_DAY, judged, room, takesMore, takesOpening } from './room.ts';
import { KeySeal, Sealed } from './seal.ts';
import { seen } from './seen.ts';
import { IndexedStore, StorageFull, written } from './store.ts';

let made = 0;
let name: string;
let database: Database;

beforeEach(async () => {
  made += 1;
  name = `test ${made}`;
  database = await open(undefined, { name });
});

const draft = (record_id: string, legal_name: string): Draft => ({
  ...{ record_id, after: 0, campaign: 'c', questionnaire: 'umkm@2', region_code: '16.01.14.1003' },
  ...{ listing_id: null, answers: { legal_name }, started_at: '2022-09-12T08:00:00+07:00' },
  ...{ captured_at: null, location: null, page: 2, question: '/owner/nik', typed: {} },
});

describe('tables', () => {
  const both: [string, () => Store][] = [
    ['in IndexedDB', () => new IndexedStore(database)],
    ['in memory', () => new MemoryStore()],
  ];
  test.each(both)('%s have what was written, by prefix and in order', async (_name, store) => {
    const held = store();
    await held.write(async (tables) => {
      for (const key of ['b/2', 'b/1', 'a/1', 'ba/1', 'b/\u{1f600}'])
        await tables.put('record', key, { key });
      await tables.put('content', 'b/1', new Uint8Array([1, 2]));
      await tables.delete('record', 'a/1');
    });
    const found = await held.read(async (tables) => ({
      all: (await tables.all('record')).map(([key]) => key),
      some: await tables.all('record', 'b/'),
      one: await tables.get('content', 'b/1'),
      none: (await tables.get('content', 'x')) ?? null,
    }));
    expect(found.all).toEqual(['b/1', 'b/2', 'b/\u{1f600}', 'ba/1']);
    expect(found.some.map(([, value]) => value)).toEqual([
      { key: 'b/1' },
      { key: 'b/2' },
      { key: 'b/\u{1f600}' },
    ]);
    expect(found).toMatchObject({ one: new Uint8Array([1, 2]), none: null });
  });

  test('a transaction whose work fails leaves nothing', async () => {
    const store = new IndexedStore(database);
    await store.write((tables) => tables.put('meta', 'a', 1));
    const fault = new Error('in the middle');
    await expect(
      store.write(async (tables) => {
        await tables.put('meta', 'a', 2);
        await tables.put('record', 'r', {});
        throw fault;
      }),
    ).rejects.toBe(fault);
    expect(await database.get('meta', 'a')).toBe(1);
    expect(await database.count('record')).toBe(0);
  });

  test('writes come one after the other, whoever begins them', async () => {
    const store = new IndexedStore(database);
    await Promise.all(
      Array.from({ length: 20 }, () =>
        store.write(async (tables) =>
          tables.put('meta', 'count', Number((await tables.get('meta', 'count')) ?? 0) + 1),
        ),
      ),
    );
    expect(await database.get('meta', 'count')).toBe(20);
  });

  test('every write asks for strict durability, and a full tablet is told', async () => {
    const asked: unknown[] = [];
    const spying = new Proxy(database, {
      get(target, key) {
        if (key === 'transaction')
          return (names: never[], mode: never, options: unknown) => {
            asked.push(options);
            return target.transaction(names, mode, options as IDBTransactionOptions);
          };
        return Reflect.get(target, key);
      },
    });
    await renewed(spying);
    asked.length = 0;
    await new IndexedStore(spying).write((tables) => tables.put('meta', 'a', 1));
    expect(asked).toEqual([{ durability: 'strict' }]);
    const full = written(database, ['meta'], async () => {
      throw new DOMException('', 'QuotaExceededError');
    });
    await expect(full).rejects.toBeInstanceOf(StorageFull);
  });

  test('older tables are brought up to date with all that is in them, and newer ones are left alone', async () => {
    expect([...ALL]).toEqual(expect.arrayContaining([...TABLES]));
    await new Drafts(database, new KeySeal(database)).keep(draft('r', 'Warung'));
    await database.put('meta', 'abc', 'device_id');
    let closed = 0;
    const watched = await open(() => (closed += 1), { name });
    database.close();
    const moved = [
      ...STEPS,
      async (_made: Database, transaction: Parameters<(typeof STEPS)[0]>[1]) => {
        const value = await transaction.objectStore('meta').get('device_id');
        await transaction.objectStore('app').put(value, 'moved');
      },
    ];
    const newer = await open(undefined, { name, steps: moved });
    expect(closed).toBe(1);
    expect(watched.version).toBe(1);
    expect(await newer.get('app', 'moved')).toBe('abc');
    expect((await new Drafts(newer, new KeySeal(newer)).one('r'))?.answers).toEqual({ legal_name: 'Warung' });
    newer.close();
    await expect(open(undefined, { name })).rejects.toBeInstanceOf(NewerTables);
  });

  test('a step that fails leaves the tables as they were', async () => {
    await database.put('meta', 'abc', 'device_id');
    database.close();
    const failing = [
      ...STEPS,
      (made: Database) => {
        made.deleteObjectStore('meta');
        throw new Error('no');
      },
    ];
    await expect(open(undefined, { name, steps: failing })).rejects.toThrow();
    const again = await open(undefined, { name });
    expect(await again.get('meta', 'device_id')).toBe('abc');
  });
});

describe('what is sealed', () => {
  test('is opened by the same key alone, which no script reads', async () => {
    const seal = new KeySeal(database);
    const content = new TextEncoder().encode('1601145203850001');
    const sealed = await seal.seal(content);
    expect(await seal.open(sealed)).toEqual(content);
    expect(await new KeySeal(database).open(sealed)).toEqual(content);
    const key = (await database.get('key', 'data')) as CryptoKey;
    expect(key.extractable).toBe(false);
    await expect(crypto.subtle.exportKey('raw', key)).rejects.toThrow();
    await database.clear('key');
    seal.forget();
    await expect(seal.open(sealed)).rejects.toBeInstanceOf(Sealed);
    await seal.seal(content);
    await expect(seal.open(sealed)).rejects.toBeInstanceOf(Sealed);
  });

  test('differs each time, and is refused where a bit of it is another', async () => {
    const seal = new KeySeal(database);
    const [one, other] = await Promise.all([seal.seal(new Uint8Array(9)), seal.seal(new Uint8Array(9))]);
    expect(one).not.toEqual(other);
    for (const at of [0, 5, one.length - 1]) {
      const wrong = one.slice();
      wrong[at] = (wrong[at] ?? 0) ^ 1;
      await expect(seal.open(wrong)).rejects.toBeInstanceOf(Sealed);
    }
    expect(await seal.open(one)).toEqual(new Uint8Array(9));
  });

  test('no answer lies open in any table', async () => {
    const seal = new KeySeal(database);
    const outbox = new Outbox(new IndexedStore(database), seal, () => Date.UTC(2022, 8, 12));
    await outbox.add('c', { questionnaire: 'umkm@1', answers: { owner: { nik: '1601145203850001' } } });
    await new Drafts(database, seal).keep(draft('r', '1601145203850001'));
    const kept = await Promise.all(ALL.map((each) => database.getAll(each)));
    const told = JSON.stringify(kept, (_key, value) =>
      value instanceof Uint8Array ? new TextDecoder('latin1').decode(value) : value,
    );
    expect(told).toContain('umkm@1');
    expect(told).not.toContain('1601145203850001');
  });
});

describe('a draft', () => {
  test('of many strokes the last one is kept, and each is waited for', async () => {
    const drafts = new Drafts(database, new KeySeal(database));
    await Promise.all(
      ['W', 'Wa', 'War'].map(async (typed) => {
        await drafts.keep(draft('r', typed));
        const kept = String((await drafts.one('r'))?.answers.legal_name);
        expect(kept.length).toBeGreaterThanOrEqual(typed.length);
      }),
    );
    expect(await new Drafts(database, new KeySeal(database)).all()).toEqual([draft('r', 'War')]);
  });

  test('that was dropped does not come back by a stroke before', async () => {
    const drafts = new Drafts(database, new KeySeal(database));
    const kept = drafts.keep(draft('r', 'W'));
    await drafts.drop('r');
    await kept;
    expect(await drafts.all()).toEqual([]);
  });
});

test('room is judged before it is gone, and is asked to be kept', async () => {
  let asked = 0;
  const manager = {
    persisted: async () => false,
    persist: async () => {
      asked += 1;
      return true;
    },
    estimate: async () => ({ usage: 10, quota: 10 + A_DAY - 1 }),
  } as unknown as StorageManager;
  const found = await room(manager);
  expect([found.isPersisted, asked, judged(found)]).toEqual([true, 1, 'none']);
  expect(judged({ used: 10, most: 10 + 2 * A_DAY, isPersisted: true })).toBe('little');
  expect(judged({ used: 10, most: 1e10, isPersisted: true })).toBe('enough');
  expect(judged(await room(undefined))).toBe('enough');
});

describe('the disk', () => {
  const apart = (open: () => Promise<{ indexedDB: IDBFactory }>) =>
    vi.stubGlobal('navigator', { storageBuckets: { open } });
  const full = () => Promise.reject(new DOMException('Failed to write blobs (IOError)', 'DataError'));
  let clock = 0;
  beforeEach(() => {
    // Each look at it is later than what was found before holds.
    vi.spyOn(performance, 'now').mockImplementation(() => (clock += 10_000));
  });
  afterEach(() => {
    vi.restoreAllMocks();
    vi.unstubAllGlobals();
    vi.useRealTimers();
  });

  test('is not tried at every stroke, and at once again where there was no room', async () => {
    let asked = 0;
    const indexedDB = new Factory();
    apart(async () => {
      asked += 1;
      return { indexedDB };
    });
    const start = performance.now();
    expect([await takesMore(start), await takesMore(start + 1_999), asked]).toEqual([true, true, 1]);
    apart(full);
    expect(await takesMore(start + 2_000)).toBe(false);
    apart(async () => ({ indexedDB }));
    expect(await takesMore(start + 2_001)).toBe(true);
  });

  test('is tried in storage apart, of which nothing is left', async () => {
    const indexedDB = new Factory();
    const sizes: number[] = [];
    vi.stubGlobal('Blob', function sized(parts: Uint8Array[]) {
      sizes.push(parts.reduce((sum, part) => sum + part.length, 0));
      return { sizes };
    });
    apart(async () => ({ indexedDB }));
    expect([await takesMore(), await takesOpening()]).toEqual([true, true]);
    expect(sizes.map((size) => size / 1024 / 1024)).toEqual([1, 16]);
    const tried = await new Promise<IDBDatabase>((done) => {
      const opening = indexedDB.open('kumkm-room');
      opening.onsuccess = () => done(opening.result);
    });
    const left = await new Promise((done) => {
      const counting = tried.transaction('kumkm-room').objectStore('kumkm-room').count();
      counting.onsuccess = () => done(counting.result);
    });
    expect(left).toBe(0);
  });

  test('that takes no more is never written to', async () => {
    await written(database, ['meta'], (transaction) => transaction.objectStore('meta').put(1, 'a'));
    apart(full);
    const writing = written(database, ['meta'], (transaction) => transaction.objectStore('meta').put(2, 'a'));
    await expect(writing).rejects.toBeInstanceOf(StorageFull);
    expect(seen.get(), 'all pages learn of it').toBe('full');
    expect(await database.get('meta', 'a')).toBe(1);
    expect(await takesOpening()).toBe(false);
    vi.unstubAllGlobals();
    await written(database, ['meta'], (transaction) => transaction.objectStore('meta').put(3, 'a'));
    expect(seen.get()).toBe('was_full');
    expect(await database.get('meta', 'a')).toBe(3);
  });

  test('that does not answer is full, and a browser without storage apart is believed', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    apart(() => new Promise(() => {}));
    const asked = takesMore();
    await vi.advanceTimersByTimeAsync(5_000);
    expect(await asked).toBe(false);
    apart(() => Promise.reject(new DOMException('', 'SecurityError')));
    expect(await takesMore()).toBe(true);
    vi.stubGlobal('navigator', {});
    expect(await takesMore()).toBe(true);
  });
});

describe('the log of the tables', () => {
  test('is filled once for each opening before anything is written, and nothing is left of that', async () => {
    const asked: unknown[] = [];
    const counting = new Proxy(database, {
      get: (target, key) =>
        key === 'transaction'
          ? (...how: Parameters<Database['transaction']>) => {
              asked.push(how[0]);
              return target.transaction(...how);
            }
          : Reflect.get(target, key),
    });
    const write = () =>
      written(counting, ['meta'], (transaction) => transaction.objectStore('meta').put(1, 'a'));
    await Promise.all([write(), write()]);
    expect(asked).toEqual(['app', 'app', ['meta'], ['meta']]);
    expect(await database.count('app')).toBe(0);
  });

  test('is not filled where there is no room for it, and is as soon as there is', async () => {
    vi.stubGlobal('navigator', { storageBuckets: { open: () => Promise.reject(new Error('full')) } });
    expect(await renewed(database)).toBe(false);
    vi.unstubAllGlobals();
    expect(await renewed(database)).toBe(true);
  });
});
