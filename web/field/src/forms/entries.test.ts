import { expect, test } from 'vitest';
import { entriesOf, saidMoment, shownMoment, signsLeft, withoutBlanks } from './entries.ts';

test('a blank line is no entry of a list, wherever it stands', () => {
  expect(entriesOf('SIUP\n\n  \nTDP\n')).toEqual(['SIUP', 'TDP']);
  expect(entriesOf(' \n\n')).toBeUndefined();
  expect(entriesOf('')).toBeUndefined();
});

test('rows that were left empty and blank entries are not recorded, and nothing else is touched', () => {
  const answers = {
    legal_name: ' Warung ',
    nib: null,
    sales: [{ year: 2021, idr: 0 }, {}, { year: 2022 }],
    products: [{}, { other: {} }],
    permits: { others: ['', 'SIUP', '  '], held: [] },
    owner: { sex: 'female', lives_at_business: false },
  };
  expect(withoutBlanks(answers)).toEqual({
    legal_name: ' Warung ',
    nib: null,
    sales: [{ year: 2021, idr: 0 }, { year: 2022 }],
    permits: { others: ['SIUP'] },
    owner: { sex: 'female', lives_at_business: false },
  });
  expect(withoutBlanks({})).toEqual({});
});

test('a chosen time is that of the tablet’s clock, with its offset, and comes back as it was chosen', () => {
  const said = saidMoment('2022-09-12T09:14', undefined);
  expect(said).toMatch(/^2022-09-12T09:14:00(\.000)?[+-]\d\d:\d\d$/);
  expect(shownMoment(said)).toBe('2022-09-12T09:14');
  expect(saidMoment('', said)).toBeUndefined();
});

test('a time of another offset is shown by the tablet’s own, and the same minute stays the same answer', () => {
  const said = '2022-09-12T09:14:40.123+09:00';
  const shown = shownMoment(said);
  expect(Date.parse(shown)).toBe(Date.parse('2022-09-12T09:14+09:00'));
  expect(saidMoment(shown, said)).toBe(said);
  expect(shownMoment('kemarin')).toBe('');
  expect(shownMoment(undefined)).toBe('');
});

test('a time far off, of a clock that is wrong, is taken as it is', () => {
  for (const chosen of ['1970-01-01T00:10', '2099-12-31T23:59'])
    expect(shownMoment(saidMoment(chosen, undefined))).toBe(chosen);
});

test('signs that are left are told near the bound, as the server counts them', () => {
  expect(signsLeft('x'.repeat(100), 300)).toBeNull();
  expect(signsLeft('x'.repeat(269), 300)).toBeNull();
  expect(signsLeft('x'.repeat(270), 300)).toBe(30);
  expect(signsLeft('x'.repeat(310), 300)).toBe(-10);
  expect(signsLeft('12345', 5)).toBe(0);
  expect(signsLeft('123', 5)).toBeNull();
  expect(signsLeft('😀'.repeat(60), 60)).toBe(0);
});
