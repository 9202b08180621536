import { expect, test } from 'vitest';
import { addDays, daysBetween, isDay, longDay, shortDay } from './dates.ts';
import { change, count, percent, rate } from './numbers.ts';

test('numbers are written as Indonesians write them', () => {
  expect(count(13495, 'id')).toBe('13.495');
  expect(percent(32.13, 'id')).toBe('32,13\u00a0%');
  expect(rate(593.9, 'id')).toBe('593,9');
  expect(count(null, 'id')).toBe('–');
  expect(change(-1234, 'id')).toBe('−1.234');
});

test('and as the English do where that is asked for', () => {
  expect(count(13495, 'en')).toBe('13,495');
  expect(percent(32.13, 'en')).toBe('32.13%');
});

test('a day is the same day in every zone', () => {
  expect(longDay('2022-09-12', 'id')).toBe('12 September 2022');
  expect(shortDay('2022-08-01', 'id')).toBe('1 Agu');
  expect(addDays('2022-02-28', 1)).toBe('2022-03-01');
  expect(daysBetween('2022-09-13', '2022-10-31')).toBe(48);
});

test('what is no day is none', () => {
  expect(isDay('2022-13-01')).toBe(false);
  expect(isDay('12/09/2022')).toBe(false);
  expect(isDay(20220912)).toBe(false);
});
