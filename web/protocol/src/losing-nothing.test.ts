// Whatever the network, the server or the tablet do, nothing is lost and nothing is doubled: random histories of recording,
// syncing, cuts at any byte and kills at any step, against a server that keeps the contract.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonical } from './canonical.ts';
import { type Item, isVisit, type Row } from './outbox.ts';
import type { Trouble } from './testing/answers.ts';
import { Bench, Killed } from './testing/bench.ts';

// `make proofs` draws other histories each time; the short form draws the same ones, so that it never fails by chance.
const RUNS = process.env.KUMKM_PROOFS ? { numRuns: 3_000 } : { numRuns: 60, seed: 20_220_912 };
const QUIET = 6;

type Move =
  | { move: 'record'; wish: string; size: number; photo: boolean }
  | { move: 'visit'; which: number }
  | { move: 'correct' }
  | { move: 'sync'; troubles: Trouble[]; killedAt: number | null }
  | { move: 'return' | 'decide' | 'erase'; which: number }
  | { move: 'lose'; count: number; restored: boolean }
  | { move: 'wait'; days: number };

const trouble: fc.Arbitrary<Trouble> = fc.oneof(
  fc.constantFrom<Trouble>(
    { kind: 'none' },
    { kind: 'none' },
    { kind: 'unsent' },
    { kind: 'lost' },
    { kind: 'expired' },
  ),
  fc.constantFrom<Trouble>(
    { kind: 'portal' },
    { kind: 'empty_json' },
    { kind: 'proxy_404' },
    { kind: 'in_flight' },
  ),
  fc.record({ kind: fc.constantFrom('cut' as const, 'broken' as const), at: fc.nat(999) }),
  fc.record({ kind: fc.constant('busy' as const), seconds: fc.integer({ min: 0, max: 500 }) }),
);
const wishes = fc.constantFrom(
  'accepted',
  'accepted',
  'duplicate',
  'held',
  'conflict',
  'invalid',
  'new_word',
);
const which = fc.nat(20);
const move: fc.Arbitrary<Move> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      move: fc.constant('record' as const),
      wish: wishes,
      size: fc.nat(4_000),
      photo: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ move: fc.constant('visit' as const), which }) },
  { weight: 2, arbitrary: fc.constant({ move: 'correct' as const }) },
  {
    weight: 6,
    arbitrary: fc.record({
      move: fc.constant('sync' as const),
      troubles: fc.array(trouble, { maxLength: 12 }),
      killedAt: fc.option(fc.nat(150)),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      move: fc.constantFrom('return' as const, 'decide' as const, 'erase' as const),
      which,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ move: fc.constant('lose' as const), count: fc.nat(3), restored: fc.boolean() }),
  },
  { weight: 1, arbitrary: fc.record({ move: fc.constant('wait' as const), days: fc.nat(4) }) },
);

class History {
  readonly bench: Bench;
  /** What the tablet said is recorded, by record and revision. */
  private readonly recorded = new Map<string, { row: Row; content: string }>();
  private readonly erased = new Set<string>();
  private readonly photos: { record_id: string; sha256: string; content: Uint8Array }[] = [];
  private made = 0;

  constructor(skew: number, seed: number) {
    let state = seed;
    this.bench = new Bench(skew, () => {
      state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
      return state / 2 ** 31;
    });
  }

  async make(each: Move): Promise<void> {
    const { bench } = this;
    if (each.move === 'record') await this.record(each);
    else if (each.move === 'visit') await this.visit(each.which);
    else if (each.move === 'correct') await this.correct();
    else if (each.move === 'sync') await this.sync(each.troubles, each.killedAt);
    else if (each.move === 'lose') bench.server.lose(each.count, each.restored);
    else if (each.move === 'wait') bench.now += each.days * 86_400_000;
    else {
      const ids = [...new Set([...this.recorded.values()].map(({ row }) => row.record_id))];
      const record_id = ids[each.which % Math.max(1, ids.length)];
      if (record_id === undefined || !bench.server.hasRecord(record_id)) return;
      if (each.move === 'return') bench.server.giveBack(record_id);
      else if (each.move === 'decide') bench.server.decide(record_id);
      else {
        bench.server.erase(record_id);
        this.erased.add(record_id);
      }
    }
    await this.nothingIsLost();
  }

  private async record({ wish, size, photo }: { wish: string; size: number; photo: boolean }): Promise<void> {
    this.made += 1;
    const row = await this.keep({
      questionnaire: 'umkm@1',
      answers: { legal_name: `W ${this.made}`, wish, x: 'x'.repeat(size) },
    });
    if (!photo) return;
    const content = crypto.getRandomValues(new Uint8Array(1 + (size % 600)));
    const { sha256 } = await this.bench.tablet.photos.add(row.record_id, 'place', 'image/jpeg', content);
    this.photos.push({ record_id: row.record_id, sha256, content });
  }

  private async visit(which: number): Promise<void> {
    const rows = [...this.recorded.values()].filter(({ row }) => !this.erased.has(row.record_id));
    const of = rows[which % Math.max(1, rows.length)]?.row;
    const again = of === undefined ? {} : { record_id: of.record_id };
    this.made += 1;
    await this.keep({ ...again, questionnaire: 'visit@1', answers: { result: 'absent', n: this.made } });
  }

  private async correct(): Promise<void> {
    // One after the other: a correction supersedes every earlier revision of its record that waits for one.
    for (;;) {
      const [row] = await this.bench.tablet.outbox.rows('to_fix', 'returned');
      if (row === undefined) return;
      this.made += 1;
      const item = await this.bench.tablet.outbox.item(row);
      if (item === null) throw new Error('an item that is to be corrected is gone');
      const answers = { ...item.answers, wish: 'accepted', corrected: this.made };
      await this.keep({ ...item, answers });
    }
  }

  private async keep(item: Item): Promise<Row> {
    const row = await this.bench.tablet.record('c', item);
    const { record_id, revision } = row;
    this.recorded.set(`${record_id}/${revision}`, {
      row,
      content: canonical({ ...item, record_id, revision }),
    });
    return row;
  }

  private async sync(troubles: Trouble[], killedAt: number | null): Promise<void> {
    const { bench } = this;
    bench.server.troubles = [...troubles];
    if (killedAt !== null) bench.killAt(killedAt);
    try {
      await ((await this.enrolled()) ? bench.tablet.sync() : bench.tablet.enrol('e', 'p', 'Tablet'));
    } catch (fault) {
      if (!(fault instanceof Killed) && fault instanceof TypeError) throw fault;
    }
    bench.server.troubles = [];
    bench.restart();
  }

  private async enrolled(): Promise<boolean> {
    return (await this.bench.tablet.outbox.get('username')) !== null;
  }

  /** Each recorded revision is on the tablet or on the server, as it was recorded, or stood in for by a later one. */
  private async nothingIsLost(): Promise<void> {
    for (const [key, { row, content }] of this.recorded) {
      if (this.erased.has(row.record_id)) continue;
      const here = await this.bench.tablet.outbox.content(row);
      const there = this.bench.server.stored.get(key)?.content;
      if (here !== null && (await this.isOwn(row))) expect(here).toBe(content);
      if (there !== undefined) expect(there).toBe(content);
      if (here === null && there === undefined) expect(this.isSuperseded(row), `${key} is lost`).toBe(true);
    }
    expect(this.bench.server.violations).toEqual([]);
  }

  /** The answers of a returned visit are those of the interview before it. */
  private async isOwn(row: Row): Promise<boolean> {
    const rows = await this.bench.tablet.outbox.revisions(row.record_id);
    return rows.find((each) => each.revision === row.revision)?.state !== 'returned';
  }

  private isSuperseded(row: Row): boolean {
    return [...this.recorded.values()].some(
      (each) =>
        each.row.record_id === row.record_id &&
        each.row.revision > row.revision &&
        (isVisit(row) || !isVisit(each.row)),
    );
  }

  /** With a good network and people who correct, everything arrives, and nothing waits for ever. */
  async end(): Promise<void> {
    const { bench } = this;
    for (let each = 0; each < QUIET; each += 1) {
      await this.sync([], null);
      await this.correct();
      for (const row of await bench.tablet.outbox.rows('kept')) bench.server.decide(row.record_id);
      await this.nothingIsLost();
    }
    await bench.tablet.sync();
    const states = new Set((await bench.tablet.outbox.rows()).map((row) => row.state));
    for (const state of ['queued', 'sending', 'acknowledged', 'to_fix', 'returned'] as const) {
      expect(states, 'nothing waits').not.toContain(state);
    }
    for (const [key, { row, content }] of this.recorded) {
      const arrived = bench.server.stored.get(key)?.content === content;
      expect(arrived || this.erased.has(row.record_id) || this.isSuperseded(row), `${key} arrived`).toBe(
        true,
      );
    }
    for (const { record_id, sha256, content } of this.photos) {
      if (!this.erased.has(record_id))
        expect(bench.server.photos.stored.get(`${record_id}/${sha256}/place`)).toEqual(content);
    }
    expect(bench.server.violations).toEqual([]);
  }
}

test('random histories lose nothing and double nothing', { timeout: 600_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(move, { minLength: 4, maxLength: 25 }),
      fc.integer({ min: -86_400 * 30, max: 86_400 * 30 }),
      fc.nat(2 ** 30),
      async (moves, skew, seed) => {
        const history = new History(skew, seed);
        for (const each of moves) await history.make(each);
        await history.end();
      },
    ),
    RUNS,
  );
});

test('a day that is killed at each step, one after the other, is a whole day', {
  timeout: 600_000,
}, async () => {
  const cuts = process.env.KUMKM_PROOFS ? 1 : 7;
  for (let killedAt = 0; killedAt < 160; killedAt += cuts) {
    const history = new History(0, killedAt);
    await history.make({ move: 'sync', troubles: [], killedAt: null });
    for (const wish of ['accepted', 'invalid', 'held', 'accepted', 'accepted', 'duplicate']) {
      await history.make({ move: 'record', wish, size: 50, photo: wish === 'accepted' });
    }
    await history.make({ move: 'sync', troubles: [], killedAt });
    await history.make({ move: 'sync', troubles: [], killedAt: killedAt + 3 });
    await history.end();
  }
});
