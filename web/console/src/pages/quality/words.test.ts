import { expect, test } from 'vitest';
import { figuresOf, partOf, restOf } from './words.ts';

const SPACE = '\u00a0';

test('the figures of an enumerator are written as Indonesians write them, and as the English do', () => {
  const numbers = {
    flagged: 87,
    records: 120,
    share: 0.725,
    usual: 0.016,
    deviations: 23.4,
    compared_with: 84,
  };
  expect(figuresOf(numbers, 'id')).toEqual([
    ['Bagian', `72,5${SPACE}%`],
    ['Biasanya', `1,6${SPACE}%`],
    ['Simpangan', '23,4'],
  ]);
  expect(figuresOf(numbers, 'en')).toEqual([
    ['Share', '72.5%'],
    ['Usual', '1.6%'],
    ['Deviations', '23.4'],
  ]);
});

test('of a number that is missing nothing is said', () => {
  expect(figuresOf({ share: 0.5 }, 'id').map(([, value]) => value)).toEqual([`50,0${SPACE}%`, '–']);
  expect(restOf('repeated_number', { records: 7 }, 'id')).toEqual([]);
});

test('what is far says in which direction, and of how many', () => {
  expect(
    restOf('short_interview', { minutes: 1.2, usual: 14.8, deviations: -4.1, compared_with: 1312 }, 'id'),
  ).toEqual(['4,1 simpangan di bawah yang biasa', 'dibandingkan dengan 1.312 isian']);
  expect(
    restOf('far_point', { metres: 9120, usual: 310, deviations: 28, points: 64, metres_outside: 4310 }, 'en'),
  ).toEqual([
    '28.0 deviations above what is usual',
    '4,310 m outside of the village',
    'compared with 64 points',
  ]);
});

test('a point inside the boundary is not said to be outside', () => {
  expect(restOf('far_point', { points: 3, metres_outside: 0 }, 'id')).toEqual([
    'dibandingkan dengan 3 titik',
  ]);
});

test('an amount is called as its form calls it, and never told itself', () => {
  const [sales, workers, unknown] = restOf(
    'out_of_range',
    { annual_sales_idr: 6.25, workers: -5.5, moons: 7 },
    'id',
  );
  expect(sales).toMatch(/^Penjualan setahun: 6,3 simpangan di atas yang biasa$/);
  expect(workers).toMatch(/^Tenaga kerja: 5,5 simpangan di bawah yang biasa$/);
  expect(unknown).toBe('moons: 7,0 simpangan di atas yang biasa');
});

test('a part of nothing is none', () => {
  expect([partOf(23, 120, 'id'), partOf(0, 0, 'id')]).toEqual([`19,2${SPACE}%`, '–']);
});
