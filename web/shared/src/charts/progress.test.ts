import { expect, test } from 'vitest';
import { curveOf, sinceFirst, stateOf } from './progress.ts';

const rows = [
  { date: '2022-07-26', entered: 0, entered_total: 0 },
  { date: '2022-07-27', entered: 0, entered_total: 0 },
  { date: '2022-07-28', entered: 5, entered_total: 5 },
  { date: '2022-07-29', entered: 0, entered_total: 5 },
  { date: '2022-07-30', entered: -1, entered_total: 4 },
];
const told = { rows, asOf: '2022-07-30', daysLeft: 10, target: 100, projectedTotal: 20 };

test('a curve begins the day before anything came in', () => {
  expect(sinceFirst(rows)[0]?.date).toBe('2022-07-27');
  expect(sinceFirst([])).toEqual([]);
});

test('the needed line goes from the last day to the target on the last day of the campaign', () => {
  const curve = curveOf(told);
  expect(curve?.needed).toEqual([
    { day: '2022-07-30', value: 4 },
    { day: '2022-08-09', value: 100 },
  ]);
  expect(curve?.projected.at(-1)).toEqual({ day: '2022-08-09', value: 20 });
  expect(curve?.highest).toBe(100);
});

test('nothing is needed without a target, after the end, and where the target is reached', () => {
  expect(curveOf({ ...told, target: null })?.needed).toEqual([]);
  expect(curveOf({ ...told, daysLeft: 0 })?.needed).toEqual([]);
  expect(curveOf({ ...told, target: 4 })?.needed).toEqual([]);
});

test('where nothing came in there is no curve', () => {
  expect(curveOf({ ...told, rows: rows.slice(0, 2) })).toBeUndefined();
});

test('how a region stands', () => {
  const pace = { projected_total: 50, last_7_days_per_day: 3, days_left: 4 };
  expect(stateOf({ entered: 10, target: null, pace })).toBe('open');
  expect(stateOf({ entered: 10, target: 10, pace })).toBe('done');
  expect(stateOf({ entered: 10, target: 50, pace })).toBe('safe');
  expect(stateOf({ entered: 10, target: 51, pace })).toBe('risk');
  expect(stateOf({ entered: 10, target: 51, pace: { ...pace, last_7_days_per_day: 0 } })).toBe('still');
});
