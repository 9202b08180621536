import { ApiProblem, Unreachable } from '@kumkm/shared/api/problem.ts';
import { expect, test } from 'vitest';
import type { Case } from './queries.ts';
import {
  joined,
  kindOf,
  MOST_AT_ONCE,
  mayJoin,
  outcomeOf,
  safeKindOf,
  toggled,
  undoneButFor,
} from './several.ts';

const side = { answers: {} };
const BOTH = ['marked', 'other_name', 'other_activity'];

function of(id: string, changed: Partial<Case> = {}): Case {
  return {
    id,
    kind: 'same_owner',
    state: 'open',
    differs: BOTH,
    likelihood: 30,
    record: side,
    businesses: [side],
    ...changed,
  } as Case;
}

test.each<[string, Partial<Case>, string | undefined]>([
  ['one owner, two names and activities', {}, 'same_owner'],
  ['a mark alone', { differs: ['marked', 'other_name'] }, undefined],
  ['unlikely', { kind: 'likely', likelihood: 2 }, 'likely'],
  ['a little likely', { kind: 'likely', likelihood: 3 }, undefined],
  ['likelihood not known', { kind: 'likely', likelihood: null }, undefined],
  ['a record that would become an entry, which is paid', { kind: 'duplicate', likelihood: 0 }, undefined],
  ['decided', { state: 'resolved' }, undefined],
  ['a side beyond reach', { businesses: [{ ...side, answers: null } as never] }, undefined],
])('%s', (_, changed, kind) => {
  expect(safeKindOf(of('a', changed))).toBe(kind);
});

test('all that are chosen are of one kind, and of those the API takes', () => {
  const one = toggled(new Map(), of('a'));
  const likely = of('b', { kind: 'likely', likelihood: 0 });
  expect(kindOf(one)).toBe('same_owner');
  expect(mayJoin(one, likely)).toBe(false);
  expect(toggled(one, likely)).toBe(one);
  expect([...toggled(one, of('c')).keys()]).toEqual(['a', 'c']);
  expect(toggled(one, of('a')).size).toBe(0);
});

test('all at once keeps what is chosen, and ends at what the API takes', () => {
  const many = Array.from({ length: MOST_AT_ONCE + 5 }, (_, place) => of(String(place)));
  const chosen = joined(toggled(new Map(), of('7')), many);
  expect(chosen.size).toBe(MOST_AT_ONCE);
  expect(chosen.has('7')).toBe(true);
  expect(mayJoin(chosen, of('104'))).toBe(false);
  expect(mayJoin(chosen, of('7'))).toBe(true);
});

test('what was refused is said with its problem', () => {
  const problem = { status: 409, code: 'not_safe_together', title: 'Tidak aman', detail: '' } as never;
  const found = outcomeOf([
    { case_id: 'a', case: of('a'), problem: null },
    { case_id: 'b', case: null, problem },
  ]);
  expect(found).toEqual({ done: ['a'], refused: [{ id: 'b', problem }] });
});

test('one that cannot be undone any more keeps no other from it', async () => {
  const undone: string[] = [];
  const gone = new ApiProblem(409, undefined);
  const refused = await undoneButFor(['c', 'b', 'a'], async (id) => {
    if (id === 'b') throw gone;
    undone.push(id);
  });
  expect(undone).toEqual(['c', 'a']);
  expect(refused).toBe(gone);
});

test('where the server is away, the rest waits', async () => {
  const asked: string[] = [];
  const undo = async (id: string) => {
    asked.push(id);
    throw new Unreachable();
  };
  await expect(undoneButFor(['b', 'a'], undo)).rejects.toThrow(Unreachable);
  expect(asked).toEqual(['b']);
});
