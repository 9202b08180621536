import { expect, test } from 'vitest';
import { levelBelow, levelOf, liesIn, parentOf, pathOf } from './codes.ts';

test('a code tells all regions above it', () => {
  expect(pathOf('16.01.14.1003')).toEqual(['ID', '16', '16.01', '16.01.14', '16.01.14.1003']);
  expect(parentOf('16')).toBe('ID');
  expect(parentOf('ID')).toBeUndefined();
});

test('below a village are neighbourhoods, and nothing below those', () => {
  expect(levelOf('16.01.14.1003')).toBe('village');
  expect(levelBelow('16.01.14.1003')).toBe('neighbourhood');
  expect(levelOf('16.01.14.1003.0001')).toBe('neighbourhood');
  expect(parentOf('16.01.14.1003.0001')).toBe('16.01.14.1003');
});

test('a region lies in its territory, and one with a similar code does not', () => {
  expect(liesIn('16.01.14', '16.01')).toBe(true);
  expect(liesIn('16.01', '16.01')).toBe(true);
  expect(liesIn('16.011', '16.01')).toBe(false);
  expect(liesIn('16', '16.01')).toBe(false);
  expect(liesIn('11', 'ID')).toBe(true);
});
