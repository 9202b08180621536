import { expect, test } from 'vitest';
import { sorted, sortOf, sortText, turned } from './sorting.ts';

const columns = [
  { key: 'name', value: (row: { name: string; percent: number | null }) => row.name },
  { key: 'percent', value: (row: { name: string; percent: number | null }) => row.percent },
];
const rows = [
  { name: 'RT 10', percent: 3 },
  { name: 'RT 9', percent: null },
  { name: 'RT 1', percent: 20 },
];
const names = (sort: string) =>
  sorted(rows, columns, sortOf(sort, ['name', 'percent'], { key: 'name', desc: false })).map(
    (row) => row.name,
  );

test('rows are sorted by figure and by name, numbers in names as numbers', () => {
  expect(names('name')).toEqual(['RT 1', 'RT 9', 'RT 10']);
  expect(names('-percent')).toEqual(['RT 1', 'RT 10', 'RT 9']);
});

test('what says nothing comes last, whichever way', () => {
  expect(names('percent').at(-1)).toBe('RT 9');
  expect(names('-percent').at(-1)).toBe('RT 9');
});

test('an address with a column that is none sorts as by default', () => {
  expect(names('-salary')).toEqual(names('name'));
});

test('the same head turns the order, another one begins with what matters', () => {
  expect(sortText(turned({ key: 'name', desc: false }, 'name', false))).toBe('-name');
  expect(sortText(turned({ key: 'name', desc: false }, 'percent', true))).toBe('-percent');
});
