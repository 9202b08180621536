import { expect, test } from 'vitest';
import { timesOf } from './work.ts';

const NOW = Date.parse('2022-09-13T08:00:00+07:00');
const item = (started_at: unknown, captured_at: unknown) => ({
  questionnaire: 'umkm@2',
  answers: {},
  started_at,
  captured_at,
});

test('a correction keeps the times of its record', () => {
  const [began, done] = ['2022-09-12T09:00:00+07:00', '2022-09-12T09:30:00+07:00'];
  expect(timesOf(item(began, done), NOW)).toEqual({ started_at: began, captured_at: done });
});

test('times of a clock that was ahead become those of the correction, or it could never be sent', () => {
  const ahead = '2022-09-23T09:30:00+07:00';
  expect(timesOf(item('2022-09-23T09:00:00+07:00', ahead), NOW)).toEqual({
    started_at: null,
    captured_at: null,
  });
  expect(timesOf(item('2022-09-12T09:00:00+07:00', ahead), NOW)).toEqual({
    started_at: null,
    captured_at: null,
  });
  expect(timesOf(item(undefined, undefined), NOW)).toEqual({ started_at: null, captured_at: null });
});
