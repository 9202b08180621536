import { expect, test } from 'vitest';
import { sawFull, sawRoom, seen } from '../storage/seen.ts';
import { estimateOf, leftOf } from './estimate.ts';

const MIB = 1024 ** 2;
const of = (used: number | null, most: number | null) => ({ used, most, isPersisted: true });

test('an estimate that is missing or cannot be right is told as missing', () => {
  for (const room of [of(null, null), of(5, null), of(null, 5), of(9 * MIB, 5 * MIB), of(0, 0)])
    expect(estimateOf(room)).toBe('missing');
});

test('whole gibibytes beyond what is used are a promise and no measure', () => {
  for (const gib of [1, 10]) expect(estimateOf(of(7_345_123, 7_345_123 + gib * 1024 ** 3))).toBe('promised');
  expect(estimateOf(of(7_345_123, 7_345_123 + 150 * MIB))).toBe('measured');
  expect(estimateOf(of(5 * MIB, 5 * MIB))).toBe('measured'); // nothing is left
});

test('a write that failed is worth more than what the browser says, and is told until the app is opened again', () => {
  seen.set('nothing');
  sawRoom();
  expect(leftOf('enough', seen.get())).toBe('enough');
  sawFull();
  expect([leftOf('enough', seen.get()), leftOf('little', seen.get())]).toEqual(['none', 'none']);
  sawRoom();
  expect(['enough', 'little', 'none'].map((said) => leftOf(said as 'none', seen.get()))).toEqual([
    'little',
    'little',
    'none',
  ]);
});
