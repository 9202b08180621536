import { expect, test } from 'vitest';
import { distanceText, liesFar, metresBetween, middleOf, plotted, roundLength } from './distance.ts';

const at = (latitude: number, longitude: number) => ({ latitude, longitude });
const village = [
  at(-4.1, 104.1),
  at(-4.101, 104.101),
  at(-4.1, 104.102),
  at(-4.102, 104.1),
  at(-4.101, 104.1),
];

test('a degree of latitude is 111 km', () => {
  expect(metresBetween(at(0, 104), at(1, 104))).toBeCloseTo(111_195, -1);
});

test('one stray does not move the middle', () => {
  const middle = middleOf([...village, at(3, 98)]);
  expect(metresBetween(middle ?? at(0, 0), at(-4.1005, 104.1005))).toBeLessThan(150);
  expect(middleOf([])).toBeUndefined();
});

test('a point is far where the others are not, and never among few', () => {
  expect(liesFar(at(-4.2, 104.1), village)).toBe(true);
  expect(liesFar(at(-4.103, 104.1), village)).toBe(false);
  expect(liesFar(at(3, 98), village.slice(0, 2))).toBe(false);
});

test('all points lie within the square, at one scale', () => {
  const [dots, metres] = plotted([...village, at(-4.2, 104.1)], 200, 10);
  expect(dots.every(({ x, y }) => x >= 9.9 && x <= 190.1 && y >= 9.9 && y <= 190.1)).toBe(true);
  expect(metres).toBeGreaterThan(100);
});

test('lengths are round', () => {
  expect([7, 19, 999, 5_000].map(roundLength)).toEqual([5, 10, 500, 5_000]);
  const plain = (value: number, digits: number) => value.toFixed(digits);
  expect([84, 2_440, 31_000].map((each) => distanceText(each, plain))).toEqual([
    '80\u00a0m',
    '2.4\u00a0km',
    '31\u00a0km',
  ]);
});
