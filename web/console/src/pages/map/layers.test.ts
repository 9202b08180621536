import { expect, test } from 'vitest';
import { boundsOf, levelOf } from './layers.ts';

test('a bound belongs to the colour above it', () => {
  const bounds = boundsOf('stale', []);
  expect([0, 1, 2, 7, 14, 200].map((days) => levelOf(days, bounds))).toEqual([1, 2, 2, 4, 5, 5]);
});

test('numbers entered are told apart by fifths of the regions, and few figures have fewer colours', () => {
  expect(boundsOf('entered', [50, 10, 20, 30, 40])).toEqual([20, 30, 40, 50]);
  expect(boundsOf('entered', [7, 7, 7])).toEqual([7]);
  expect(boundsOf('entered', [])).toEqual([]);
});
