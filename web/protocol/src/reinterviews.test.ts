// Re-interviews: what was heard is there once, whatever the network does, and is deleted for no other reason than the contract's.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Offline, Refused } from './network.ts';
import { type AgainRow, afterList, type HeardAgain, type Task } from './reinterviews.ts';
import type { Trouble } from './testing/answers.ts';
import { Bench, Killed } from './testing/bench.ts';

const PATH = '/v1/sync/reinterviews';
const DAY = 86_400_000;
const about = (id: string) => ({ id, campaign: 'c', name: `Warung ${id}`, place: 'Kemalaraja' });
const heard = (said: string, more: Record<string, unknown> = {}): HeardAgain => ({
  ...{ result: 'done', questionnaire: 'umkm@1', captured_at: '2022-09-12T09:14:40+07:00' },
  answers: { legal_name: said, ...more },
});

async function asked(...ids: string[]): Promise<Bench> {
  const bench = new Bench();
  bench.server.asksAgain = ids.length > 0;
  for (const id of ids) bench.server.again.set(id, { state: 'to_do', versions: [] });
  await bench.tablet.enrol('enumerator', 'password', 'Tablet');
  return bench;
}

const again = (bench: Bench) => bench.tablet.reinterviews;
const states = async (bench: Bench) => (await again(bench).rows()).map((row) => row.state);
const sent = (bench: Bench) => bench.server.requests.filter((each) => each.startsWith(`PUT ${PATH}`)).length;
const read = (bench: Bench) => bench.server.requests.filter((each) => each === `GET ${PATH}`).length;
const of = (bench: Bench, id: string) => {
  const found = bench.server.again.get(id);
  if (found === undefined) throw new Error(id);
  return found;
};

test('nothing is asked for where no campaign asks again, until something of it is on the tablet', async () => {
  const bench = await asked();
  await bench.tablet.sync();
  expect(read(bench)).toBe(0);
  bench.server.asksAgain = true;
  await bench.tablet.sync();
  bench.server.asksAgain = false;
  const before = read(bench);
  await bench.tablet.sync();
  expect(read(bench), 'a list without anything is nothing').toBe(before);
  bench.server.again.set('a', { state: 'to_do', versions: [] });
  await again(bench).record(about('a'), heard('Sari'));
  await bench.tablet.sync();
  expect(of(bench, 'a').versions).toHaveLength(1);
});

test('the list is there after the enrolment, in pages, and is replaced when all of them have come', async () => {
  const bench = await asked('a', 'b', 'c', 'd', 'e');
  expect((await again(bench).tasks()).map((each) => each.business_name)).toEqual(
    ['a', 'b', 'c', 'd', 'e'].map((id) => `Warung ${id}`),
  );
  of(bench, 'e').state = 'taken_away';
  // The last page does not come: the list stays as it was.
  const before = read(bench);
  bench.server.meanwhile = async (path) => {
    if (path === PATH && read(bench) >= before + 3) throw new TypeError('connection reset');
  };
  await expect(bench.tablet.sync()).rejects.toThrow();
  expect((await again(bench).tasks()).map((each) => each.state)).not.toContain('taken_away');
  bench.server.meanwhile = null;
  await bench.tablet.sync();
  expect((await again(bench).tasks()).at(-1)).toMatchObject({ id: 'e', state: 'taken_away' });
});

test('a page that did not change is not sent again, and who was told nothing believes no 304', async () => {
  const bench = await asked('a', 'b', 'c');
  const world = bench.tablet.network.world as { fetch: typeof bench.server.fetch };
  const told: number[] = [];
  world.fetch = async (url, init) => {
    const answer = await bench.server.fetch(url, init);
    if (new URL(url).pathname === PATH) told.push(answer.status);
    return answer;
  };
  await bench.tablet.sync();
  of(bench, 'c').state = 'done';
  await bench.tablet.sync();
  expect(told).toEqual([304, 304, 304, 200]);
  expect((await again(bench).tasks()).map((each) => each.state)).toEqual(['to_do', 'to_do', 'done']);
  const other = new Bench();
  other.server.asksAgain = true;
  (other.tablet.network.world as { fetch: typeof world.fetch }).fetch = async (url, init) =>
    new URL(url).pathname === PATH ? new Response(null, { status: 304 }) : other.server.fetch(url, init);
  await other.tablet.enrol('enumerator', 'password', 'Tablet'); // works without them
  await expect(other.tablet.sync()).rejects.toBeInstanceOf(Offline);
});

test('what was heard is deleted when receipt and list agree, and its name three days later', async () => {
  const bench = await asked('a');
  const row = await again(bench).record(about('a'), heard('Sari'));
  expect(row).toMatchObject({ serial: 1, state: 'queued' });
  expect(await again(bench).unsent()).toBe(1);
  await bench.tablet.sync();
  expect(await states(bench)).toEqual(['safe']);
  expect(await again(bench).content('a')).toEqual({ name: 'Warung a', place: 'Kemalaraja', content: null });
  expect(JSON.parse(of(bench, 'a').versions[0] ?? '')).toEqual(heard('Sari'));
  bench.now += 2 * DAY;
  await bench.tablet.sync();
  expect(await states(bench)).toEqual(['safe']);
  bench.now += 2 * DAY;
  await bench.tablet.sync();
  expect(await states(bench)).toEqual([]);
});

test.each<Trouble>([
  { kind: 'lost' },
  { kind: 'portal' },
  { kind: 'empty_json' },
  { kind: 'proxy_404' },
  { kind: 'expired' },
  { kind: 'cut', at: 500 },
  { kind: 'broken', at: 900 },
  { kind: 'busy', seconds: 40 },
])(
  'an answer that is $kind is no receipt: the same content goes out again, and is there once',
  async (trouble) => {
    const bench = await asked('a');
    await again(bench).record(about('a'), heard('Sari'));
    await bench.tablet.sync();
    expect(sent(bench)).toBe(1);
    // The trouble is to meet the answers, and not what is asked before them.
    const at = bench.server.requests.lastIndexOf(`PUT ${PATH}/a`);
    const first = bench.server.requests.lastIndexOf('GET /v1/sync/handshake');
    await again(bench).record(about('a'), heard('Sari, once more'));
    bench.server.troubles = [
      ...Array.from({ length: at - first }, () => ({ kind: 'none' as const })),
      trouble,
    ];
    await bench.tablet.sync();
    expect(sent(bench), 'the trouble was that of the answers').toBeGreaterThan(2);
    expect(of(bench, 'a').versions).toHaveLength(2);
    expect(await states(bench)).toEqual(['safe']);
    expect(bench.server.violations).toEqual([]);
  },
);

test('another enumerator does it now: the answers stay, are not sent again, and count when it is given back', async () => {
  const bench = await asked('a');
  await again(bench).record(about('a'), heard('Sari'));
  of(bench, 'a').state = 'taken_away';
  await bench.tablet.sync();
  await bench.tablet.sync();
  expect(await again(bench).rows()).toMatchObject([{ state: 'kept', code: 'reinterview_taken_away' }]);
  expect((await again(bench).content('a'))?.content).toContain('Sari');
  expect([sent(bench), await again(bench).unsent()]).toEqual([1, 0]);
  of(bench, 'a').state = 'to_do';
  await bench.tablet.sync();
  expect(of(bench, 'a').versions).toHaveLength(1);
  expect(await states(bench)).toEqual(['safe']);
});

test('nobody needs it any more: it is deleted, and said how many', async () => {
  const bench = await asked('a', 'b');
  await again(bench).record(about('a'), heard('Sari'));
  of(bench, 'a').state = 'not_needed';
  expect((await bench.tablet.sync()).notNeeded).toBe(1);
  await again(bench).record(about('b'), heard('Melati', { wish: 'invalid' }));
  await bench.tablet.sync();
  expect(await states(bench)).toEqual(['to_fix']);
  of(bench, 'b').state = 'not_needed';
  expect((await bench.tablet.sync()).notNeeded).toBe(1);
  expect(await states(bench)).toEqual([]);
  expect((await bench.tablet.sync()).notNeeded).toBe(0);
});

test('what the server finds is told by its question, and is sent again only when a person corrected it', async () => {
  const bench = await asked('a', 'b');
  const first = await again(bench).record(about('a'), heard('Sari', { wish: 'invalid' }));
  await again(bench).record(about('b'), heard('Melati'));
  await bench.tablet.sync();
  await bench.tablet.sync();
  expect(await again(bench).rows()).toMatchObject([
    { id: 'a', state: 'to_fix', code: 'invalid_fields', errors: [{ pointer: '/answers/kbli' }] },
    { id: 'b', state: 'safe' },
  ]);
  expect(sent(bench)).toBe(2);
  await again(bench).record(about('a'), heard('Sari'), first.serial);
  await bench.tablet.sync();
  expect(await states(bench)).toEqual(['safe', 'safe']);
});

test('what is heard while the answers before it are on their way is sent after them', async () => {
  const bench = await asked('a');
  await again(bench).record(about('a'), heard('Sari'));
  let once = true;
  bench.server.meanwhile = async (path) => {
    if (path !== `${PATH}/a` || !once) return;
    once = false;
    await again(bench).record(about('a'), heard('Sari, corrected'));
  };
  await bench.tablet.sync();
  await bench.tablet.sync();
  expect(of(bench, 'a').versions.map((each) => JSON.parse(each).answers.legal_name)).toEqual([
    'Sari',
    'Sari, corrected',
  ]);
  expect(await again(bench).rows()).toMatchObject([{ state: 'safe', serial: 2 }]);
});

test('a server that was restored is sent again what is still here, and says of nothing that it is safe', async () => {
  const bench = await asked('a', 'b');
  await again(bench).record(about('a'), heard('Sari'));
  bench.server.meanwhile = async (path) => {
    if (path === PATH) bench.server.again.set('a', { state: 'to_do', versions: [] }); // before the list is read
    bench.server.meanwhile = path === PATH ? null : bench.server.meanwhile;
  };
  await bench.tablet.sync();
  expect(of(bench, 'a').versions).toHaveLength(1);
  expect([sent(bench), await states(bench)]).toEqual([2, ['safe']]);
  bench.server.again.set('a', { state: 'to_do', versions: [] });
  await bench.tablet.sync();
  expect(await states(bench)).toEqual([]);
});

test('an absent visit is safe, and the next one is the next version', async () => {
  const bench = await asked('a');
  const visit = (captured_at: string): HeardAgain => ({
    ...{ result: 'absent', questionnaire: 'umkm@1', captured_at },
  });
  for (const [at, day] of ['2022-09-12', '2022-09-13'].entries()) {
    await again(bench).record(about('a'), visit(`${day}T09:00:00+07:00`));
    await bench.tablet.sync();
    of(bench, 'a').state = 'to_do';
    await bench.tablet.sync();
    expect(of(bench, 'a').versions).toHaveLength(at + 1);
    expect(await again(bench).rows()).toMatchObject([{ state: 'safe', version: at + 1 }]);
  }
});

test('a revoked tablet sends nothing of it and loses nothing; one that may not is told so', async () => {
  const bench = await asked('a');
  await again(bench).record(about('a'), heard('Sari'));
  bench.server.deviceState = 'revoked';
  await bench.tablet.sync();
  expect([sent(bench), await states(bench)]).toEqual([0, ['queued']]);
  const told = await again(bench)
    .sync({ server_time: '', campaigns: [{ reinterviews: true }] })
    .catch((fault: unknown) => fault);
  expect(told).toBeInstanceOf(Refused);
  expect(await states(bench)).toEqual(['queued']);
});

test('a server that cannot take one now holds up no other one, and nothing of the census', async () => {
  const bench = await asked('a', 'b');
  for (const id of ['a', 'b']) await again(bench).record(about(id), heard(id));
  await bench.tablet.record('c', { questionnaire: 'umkm@1', answers: { legal_name: 'Warung' } });
  const fetched = bench.server.fetch;
  const busy = async (url: string, init: RequestInit) =>
    url.endsWith(`${PATH}/a`)
      ? new Response(JSON.stringify({ code: 'internal', retryable: true }), {
          status: 500,
          headers: { 'Content-Type': 'application/problem+json' },
        })
      : fetched(url, init);
  (bench.tablet.network.world as { fetch: typeof busy }).fetch = busy;
  await expect(bench.tablet.sync()).rejects.toMatchObject({ code: 'internal' });
  expect(of(bench, 'b').versions).toHaveLength(1);
  expect(bench.server.stored.size).toBe(1);
  expect((await again(bench).rows())[0]).toMatchObject({ id: 'a', state: 'queued' });
});

test('a backup is taken in once, and what was sent from the other tablet goes out again', async () => {
  const bench = await asked('a');
  const row = await again(bench).record(about('a'), heard('Sari'));
  const content = await again(bench).content('a');
  const other = await asked('a');
  if (content === null) throw new Error('nothing is kept');
  expect(await again(other).take({ ...row, state: 'sent', version: 1 }, content)).toBe(true);
  expect(await again(other).take(row, content)).toBe(false);
  expect(await states(other)).toEqual(['queued']);
});

test('the list decides by state and version', () => {
  const row: AgainRow = {
    ...{
      id: 'a',
      campaign: 'c',
      serial: 1,
      state: 'sent',
      version: 2,
      code: null,
      errors: [],
      confirmed_at: null,
    },
  };
  const task = (state: Task['state'], version = 2) => ({ id: 'a', state, campaign: 'c', version });
  const after = (state: AgainRow['state'], told?: Task) =>
    afterList({ ...row, state }, told, 1_000)?.state ?? null;
  expect(after('sent', task('done'))).toBe('safe');
  expect(after('sent', task('to_do'))).toBe('safe');
  expect(after('sent', task('to_do', 1))).toBe('queued');
  expect(after('sent', task('taken_away', 1))).toBe('sent');
  expect(after('kept', task('to_do', 0))).toBe('queued');
  expect(after('kept', task('taken_away', 0))).toBe('kept');
  expect(after('kept', task('done', 1))).toBe('queued'); // another tablet of the account did it
  expect(after('to_fix', task('to_do', 0))).toBe('to_fix');
  for (const state of ['queued', 'sent', 'kept', 'to_fix', 'safe'] as const) {
    expect(after(state, task('not_needed'))).toBeNull();
    expect(after(state)).toBe(state === 'safe' ? null : state);
  }
});

const RUNS = process.env.KUMKM_PROOFS ? { numRuns: 3_000 } : { numRuns: 60, seed: 20_220_912 };
const IDS = ['a', 'b', 'c'];
const trouble: fc.Arbitrary<Trouble> = fc.oneof(
  fc.constantFrom<Trouble>({ kind: 'none' }, { kind: 'unsent' }, { kind: 'lost' }, { kind: 'expired' }),
  fc.constantFrom<Trouble>({ kind: 'portal' }, { kind: 'empty_json' }, { kind: 'proxy_404' }),
  fc.record({ kind: fc.constantFrom('cut' as const, 'broken' as const), at: fc.nat(999) }),
);
const id = fc.constantFrom(...IDS);
const move = fc.oneof(
  { weight: 3, arbitrary: fc.record({ move: fc.constant('record' as const), id }) },
  {
    weight: 4,
    arbitrary: fc.record({
      move: fc.constant('sync' as const),
      troubles: fc.array(trouble, { maxLength: 12 }),
      killedAt: fc.option(fc.nat(60)),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      move: fc.constant('server' as const),
      id,
      state: fc.constantFrom('to_do' as const, 'taken_away' as const, 'not_needed' as const),
    }),
  },
);

test('whatever the network and the tablet do, the last that was heard is there, and there once', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(move, { maxLength: 25 }), async (moves) => {
      const bench = await asked(...IDS);
      const last = new Map<string, string>();
      const dropped = new Set<string>();
      for (const [at, each] of moves.entries()) {
        if (each.move === 'record') {
          const said = `${each.id} ${at}`;
          await again(bench).record(about(each.id), heard(said));
          last.set(each.id, said);
          if (of(bench, each.id).state !== 'not_needed') dropped.delete(each.id);
          else dropped.add(each.id);
        } else if (each.move === 'server') {
          of(bench, each.id).state = each.state;
          if (each.state === 'not_needed') dropped.add(each.id);
        } else {
          bench.server.troubles = [...each.troubles];
          if (each.killedAt !== null) bench.killAt(each.killedAt);
          await bench.tablet.sync().catch((fault: unknown) => {
            if (fault instanceof TypeError && !(fault instanceof Killed)) throw fault;
          });
          bench.restart();
        }
      }
      bench.server.troubles = [];
      for (const each of bench.server.again.values()) if (each.state === 'taken_away') each.state = 'to_do'; // given back at last
      for (let quiet = 0; quiet < 3; quiet += 1) await bench.tablet.sync();
      expect(bench.server.violations).toEqual([]);
      for (const [which, { versions }] of bench.server.again) {
        expect(new Set(versions).size, 'nothing is there twice').toBe(versions.length);
        const said = last.get(which);
        const newest = versions.map((each) => JSON.parse(each).answers.legal_name).at(-1);
        if (said !== undefined && !dropped.has(which)) expect(newest).toBe(said);
      }
      expect((await states(bench)).filter((state) => state !== 'safe')).toEqual([]);
    }),
    RUNS,
  );
}, 120_000);
