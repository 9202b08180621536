import { ApiProblem, Unreachable } from '@kumkm/shared/api/problem.ts';
import { beforeEach, expect, test, vi } from 'vitest';
import { type Decision, type DecisionOut, Outbox, PAUSE_MS } from './outbox.ts';

function verified(id: string): { decision: Decision; name: string } {
  return {
    name: `Warung ${id}`,
    decision: { record_id: id, decision: 'verified', revision: 1, review_state: 'unreviewed' },
  };
}

function taken(items: Decision[]): DecisionOut[] {
  return items.map(({ record_id, revision, decision }) => ({
    record_id,
    problem: null,
    review: { record_id, revision, decision, reason: null, decided_at: '', decided_by: '' },
  }));
}

const standings = (box: Outbox) =>
  [...box.state.get().byRecord.entries()].map(([id, { standing }]) => `${id} ${standing}`);

beforeEach(() => {
  vi.useFakeTimers();
});

test('a decision is sent after the pause, once, with those that came meanwhile', async () => {
  const sent: string[][] = [];
  const box = new Outbox(async (items) => {
    sent.push(items.map((item) => item.record_id));
    return taken(items);
  });
  box.decide([verified('a')]);
  await vi.advanceTimersByTimeAsync(PAUSE_MS - 1_000);
  box.decide([verified('b')]);
  expect(sent).toEqual([]);
  await vi.advanceTimersByTimeAsync(3 * PAUSE_MS);
  expect(sent.flat().sort()).toEqual(['a', 'b']);
  expect(standings(box)).toEqual(['a done', 'b done']);
  expect(box.hasUnsent).toBe(false);
});

test('what was not sent can be taken back, a stroke at a time', async () => {
  const post = vi.fn(async (items: Decision[]) => taken(items));
  const box = new Outbox(post);
  box.decide([verified('a')]);
  box.decide([verified('b'), verified('c')]);
  expect(box.undo()).toEqual(['b', 'c']);
  expect(box.undo()).toEqual(['a']);
  await vi.advanceTimersByTimeAsync(2 * PAUSE_MS);
  expect(post).not.toHaveBeenCalled();
});

test('what was sent cannot be taken back, whether it is known to have come or not', async () => {
  const box = new Outbox(() => Promise.reject(new Unreachable()));
  box.decide([verified('a')]);
  await vi.advanceTimersByTimeAsync(PAUSE_MS);
  expect(standings(box)).toEqual(['a waiting']);
  expect(box.undo()).toEqual([]);
  box.decide([{ ...verified('a'), name: 'another' }]);
  expect(box.state.get().byRecord.get('a')?.name).toBe('Warung a');
});

test.each([
  new Unreachable(),
  new ApiProblem(503, undefined),
  new ApiProblem(401, undefined),
  new ApiProblem(429, undefined),
])('while the server is away (%s) the very same is sent again until it is taken', async (fault) => {
  const bodies: string[] = [];
  const box = new Outbox(async (items) => {
    bodies.push(JSON.stringify(items));
    if (bodies.length < 4) throw fault;
    return taken(items);
  });
  box.decide([verified('a')]);
  await vi.advanceTimersByTimeAsync(PAUSE_MS);
  expect(box.state.get().stuck).toBe(true);
  expect(box.hasUnsent).toBe(true);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(bodies.length).toBe(4);
  expect(new Set(bodies).size).toBe(1);
  expect(standings(box)).toEqual(['a done']);
  expect(box.state.get().stuck).toBe(false);
});

test('a refusal stands beside its record, and stops no other one', async () => {
  const box = new Outbox(async (items) =>
    taken(items).map((each) =>
      each.record_id === 'a'
        ? {
            ...each,
            review: null,
            problem: { status: 409, code: 'state_changed', title: '', detail: '', current: null },
          }
        : each,
    ),
  );
  box.decide([verified('a'), verified('b')]);
  await vi.advanceTimersByTimeAsync(PAUSE_MS);
  expect(standings(box)).toEqual(['a refused', 'b done']);
  box.dismiss('b');
  box.dismiss('a');
  expect(standings(box)).toEqual(['b done']);
});

test('a request that is wrong as a whole is told, not repeated', async () => {
  const post = vi.fn(() => Promise.reject(new ApiProblem(422, undefined)));
  const box = new Outbox(post);
  box.decide([verified('a')]);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(post).toHaveBeenCalledTimes(1);
  expect(standings(box)).toEqual(['a refused']);
});

test('more than a request takes goes out in several, all of it', async () => {
  const sizes: number[] = [];
  const box = new Outbox(async (items) => {
    sizes.push(items.length);
    return taken(items);
  });
  box.decide(Array.from({ length: 230 }, (_, each) => verified(String(each))));
  await vi.advanceTimersByTimeAsync(PAUSE_MS + 1_000);
  expect(sizes).toEqual([100, 100, 30]);
});

test('nothing goes out in the name of who signs in next', async () => {
  let answer: (told: DecisionOut[]) => void = () => undefined;
  const box = new Outbox(() => new Promise((resolve) => (answer = resolve)));
  box.decide([verified('a')]);
  await vi.advanceTimersByTimeAsync(PAUSE_MS);
  box.decide([verified('b')]);
  box.clear();
  answer(taken([verified('a').decision]));
  await vi.advanceTimersByTimeAsync(60_000);
  expect(standings(box)).toEqual([]);
});
