import { expect, test } from 'vitest';
import { about, askedOf, type Form, isSource } from './asking.ts';

const FORM: Form = {
  kind: 'nik',
  source: 'dukcapil',
  via: 'file',
  which: 'unverified',
  most: 100_000,
  again: false,
};
const ID = '01832f3e-8a40-7000-8000-0000000000ab';

test('a request is about the region and the campaign that are looked at, of the whole country about all', () => {
  expect(askedOf(FORM, ID, '16.01', { campaign: 'pl-kumkm-2022' })).toEqual({
    id: ID,
    kind: 'nik',
    source: 'dukcapil',
    via: 'file',
    states: ['unverified'],
    limit: 100_000,
    again: false,
    region: '16.01',
    campaign: 'pl-kumkm-2022',
  });
  expect(askedOf(FORM, ID, 'ID', {})).not.toHaveProperty('region');
});

test('doubtful numbers are those that did not fit and those that nobody knows', () => {
  expect(askedOf({ ...FORM, which: 'doubtful' }, ID, 'ID', {}).states).toEqual(['mismatch', 'not_found']);
});

test('what a form is about is counted in the states that it asks for, up to its most', () => {
  const items = [
    { kind: 'nik', total: 1_000, unverified: 700, match: 250, mismatch: 30, not_found: 20, asked: 0 },
  ] as const;
  expect(about(FORM, items)).toBe(700);
  expect(about({ ...FORM, which: 'doubtful' }, items)).toBe(50);
  expect(about({ ...FORM, which: 'all' }, items)).toBe(1_000);
  expect(about({ ...FORM, most: 100 }, items)).toBe(100);
  expect(about({ ...FORM, kind: 'nib' }, items)).toBe(0);
});

test.each(['oss', 'dukcapil', 'kemenkop-ods', '1a'])('%s may be a source', (text) =>
  expect(isSource(text)).toBe(true),
);
test.each(['', 'a', 'Dukcapil', '-oss', 'dinas dukcapil', 'x'.repeat(41)])('"%s" is no source', (text) =>
  expect(isSource(text)).toBe(false),
);
