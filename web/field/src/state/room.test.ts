import { expect, test } from 'vitest';
import { estimateOf, leftOf } from './room.ts';

const MIB = 1024 ** 2;
const of = (used: number | null, most: number | null) => ({ used, most, isPersisted: true });

test('an estimate that is missing or cannot be right is told as missing', () => {
  for (const room of [of(null, null), of(5, null), of(null, 5), of(9 * MIB, 5 * MIB), of(0, 0)])
    expect([estimateOf(room), leftOf(room, 'nothing')]).toEqual(['missing', 'unknown']);
});

test('whole gibibytes beyond what is used are a promise and no measure', () => {
  for (const gib of [1, 10]) {
    const room = of(7_345_123, 7_345_123 + gib * 1024 ** 3);
    expect([estimateOf(room), leftOf(room, 'nothing')]).toEqual(['promised', 'unknown']);
  }
});

test('below 200 MB and below a day is told where the estimate measures', () => {
  const left = (mib: number) => leftOf(of(50 * MIB, (50 + mib) * MIB), 'nothing');
  expect([left(10), left(150), left(199), left(201), left(4000)]).toEqual([
    'none',
    'little',
    'little',
    'enough',
    'enough',
  ]);
});

test('a write that failed is worth more than what the browser says', () => {
  for (const room of [of(null, null), of(0, 10 * 1024 ** 3), of(MIB, 9_000 * MIB)]) {
    expect(leftOf(room, 'full')).toBe('none');
    expect(leftOf(room, 'was_full')).toBe('little');
  }
  expect(leftOf(of(50 * MIB, 55 * MIB), 'was_full')).toBe('none');
});
