import { expect, test } from 'vitest';
import { monthsBefore } from './months.ts';

test('months go back over the turn of a year', () => {
  expect(monthsBefore('2023-02-28', 4)).toEqual(['2023-02-01', '2023-01-01', '2022-12-01', '2022-11-01']);
  expect(monthsBefore('2022-09-01', 1)).toEqual(['2022-09-01']);
});
