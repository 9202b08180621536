import { expect, test } from 'vitest';
import { hoursOf } from './hours.ts';

test('hours of several people are added up, and days without work stand between', () => {
  const found = hoursOf([
    {
      hours: [
        { date: '2022-08-31', hour: 9, records: 2 },
        { date: '2022-09-02', hour: 11, records: 1 },
      ],
    },
    { hours: [{ date: '2022-08-31', hour: 9, records: 3 }] },
  ]);
  expect(found?.days).toEqual(['2022-08-31', '2022-09-01', '2022-09-02']);
  expect(found?.hours).toEqual([9, 10, 11]);
  expect([found?.whole, found?.most, found?.busiest]).toEqual([6, 5, 9]);
  expect(found?.records('2022-08-31', 9)).toBe(5);
  expect(found?.records('2022-09-01', 9)).toBe(0);
});

test('where nobody worked there is nothing to draw', () => {
  expect(hoursOf([{ hours: [] }])).toBeUndefined();
});
