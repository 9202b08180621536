import { expect, test } from 'vitest';
import { doorsOf, dueBy, standing } from './search.ts';

test('what of an address is no view of the page is left out', () => {
  expect(doorsOf({ state: 'open_visits', due: 'past', enumerator: 'enumerator.1', sort: '-doors' })).toEqual({
    due: 'past',
    enumerator: 'enumerator.1',
    sort: '-doors',
  });
  expect(doorsOf({ state: 'asleep', due: 'soon', enumerator: 'a b', sort: 7 })).toEqual({});
});

test('a day is agreed only where nobody was met', () => {
  expect(doorsOf({ state: 'refused', due: 'past' })).toEqual({ state: 'refused' });
});

test('a door is due by a day before today, today, or so many days ahead', () => {
  const today = '2022-09-13';
  expect((['past', 'today', 'three', 'week'] as const).map((due) => dueBy(due, today))).toEqual([
    '2022-09-12',
    '2022-09-13',
    '2022-09-16',
    '2022-09-20',
  ]);
  expect(['2022-09-12', '2022-09-13', '2022-09-14'].map((day) => standing(day, today))).toEqual([
    'late',
    'today',
    'ahead',
  ]);
});
