import { expect, test } from 'vitest';
import { daysLeft, phaseOf, sumOf, targetOf } from './phase.ts';
import { campaignOf } from './search.ts';

const DAYS = { starts_on: '2022-04-01', ends_on: '2022-10-31', accepts_until: '2022-11-30' };

test.each([
  ['2022-03-31', 'before', 1],
  ['2022-04-01', 'now', 213],
  ['2022-09-13', 'now', 48],
  ['2022-10-31', 'now', 0],
  ['2022-11-01', 'late', undefined],
  ['2022-11-30', 'late', undefined],
  ['2022-12-01', 'over', undefined],
] as const)('on %s it is %s', (day, phase, left) => {
  expect(phaseOf(DAYS, day)).toBe(phase);
  expect(daysLeft(DAYS, day)).toBe(left);
});

test.each([
  ['1.200', 1200],
  [' 42000 ', 42000],
  ['0', undefined],
  ['-3', undefined],
  ['12,5', undefined],
  ['1e5', undefined],
  ['', undefined],
  ['100000001', undefined],
])('a target typed “%s” is %s', (text, value) => expect(targetOf(text)).toBe(value));

test('children add up, or not, or have no targets', () => {
  expect(sumOf({ adds_up: true, children_with_target: 2 })).toBe('up');
  expect(sumOf({ adds_up: false, children_with_target: 2 })).toBe('not');
  expect(sumOf({ adds_up: null, children_with_target: 2 })).toBe('open');
  expect(sumOf({ adds_up: null, children_with_target: 0 })).toBe('none');
});

test('what is no filter of the trail is left out, a number of a person above all', () => {
  const view = campaignOf({
    tab: 'trail',
    action: 'pii.read',
    actor: 'officer.oku',
    subject: '1601145203850001',
    from: '2022-09-12',
    until: 'x',
  });
  expect(view).toEqual({ tab: 'trail', action: 'pii.read', actor: 'officer.oku', from: '2022-09-12' });
  expect(campaignOf({ subject: '16.01.14.1003' })).toEqual({ subject: '16.01.14.1003' });
  expect(campaignOf({ subject: '01a21a28-ec84-736e-b4b5-ff28616ed52a' }).subject).toBeDefined();
});
