import { describe, expect, test } from 'vitest';
import { fits } from '../pages/work.tsx';
import { readCard } from './account.ts';
import { figuresOf } from './figures.ts';
import { isEasy, isPin, waitAfter } from './lock.ts';
import { parse } from './route.ts';
import { type Campaign, currentOf, day, places } from './work.ts';

const campaign = (code: string, starts_on: string, ends_on: string, ...areas: string[]): Campaign => ({
  ...{ code, name: code, starts_on, ends_on, accepts_until: ends_on, reinterviews: false, kbli_versions: [] },
  assignments: areas.map((area) => ({
    region: { code: area, name: area, level: '' },
    starts_on,
    ends_on: null,
  })),
});

describe('the campaign that is worked for', () => {
  const all = [
    campaign('old', '2021-01-01', '2021-12-31'),
    campaign('running', '2022-04-01', '2022-10-31'),
    campaign('newer', '2022-06-01', '2022-10-31'),
    campaign('next', '2023-04-01', '2023-10-31'),
  ];
  test.each([
    ['', '2022-09-12', 'newer'],
    ['', '2022-05-12', 'running'],
    ['next', '2022-09-12', 'next'],
    ['gone', '2022-09-12', 'newer'],
    ['', '2024-01-01', 'old'],
  ])('chosen %j on %s is %s', (chosen, today, expected) => {
    expect(currentOf(all, chosen, today)?.code).toBe(expected);
  });
  test('is none where there is none', () => expect(currentOf([], '', '2022-09-12')).toBeNull());
});

test('a day is that of western Indonesia', () => {
  expect(day(Date.UTC(2022, 8, 12, 16, 59))).toBe('2022-09-12');
  expect(day(Date.UTC(2022, 8, 12, 17, 0))).toBe('2022-09-13');
});

test('places are the finest there are in one’s own areas, and those of the assignment come first', () => {
  const region = (code: string, level: string) => ({ code, name: code, level, bps_code: null });
  const regions = [
    region('16.01', 'regency'),
    region('16.01.14', 'district'),
    region('16.01.14.1003', 'village'),
    region('16.01.14.1004', 'village'),
    region('16.01.14.1004.0002', 'neighbourhood'),
    region('16.01.14.1004.0001', 'neighbourhood'),
    region('16.01.13.1001', 'village'),
    region('16.71.01.1001', 'village'),
  ];
  const own = campaign('c', '2022-04-01', '2022-10-31', '16.01', '16.01.14.1004');
  expect(places(own, regions).map((each) => each.code)).toEqual([
    '16.01.14.1004.0001',
    '16.01.14.1004.0002',
    '16.01.13.1001',
    '16.01.14.1003',
  ]);
});

describe('a PIN', () => {
  test('is six digits, and not one that others try first', () => {
    expect(['258036', '25803', '2580361', '25803a'].map(isPin)).toEqual([true, false, false, false]);
    expect(['111111', '123456', '987654', '012345', '121212'].map(isEasy)).toEqual([
      true,
      true,
      true,
      true,
      false,
    ]);
  });
  test('that is wrong too often has to wait, longer each time, whatever the clock does', () => {
    const at = (wrong: number, passed: number) => waitAfter({ wrong, last: 1_000_000 }, 1_000_000 + passed);
    expect(at(4, 0)).toBe(0);
    expect(at(5, 0)).toBe(30_000);
    expect(at(6, 10_000)).toBe(50_000);
    expect(at(5, 30_000)).toBe(0);
    expect(at(60, 0)).toBe(15 * 60_000);
    expect(at(5, -3_600_000)).toBe(30_000);
  });
});

test('a card is read from its QR, and nothing else is taken for one', () => {
  expect(readCard('KUMKM1\nhttps://kumkm.example.go.id\nenumerator.7\nABCD-EFGH')).toEqual({
    server: 'https://kumkm.example.go.id',
    username: 'enumerator.7',
    code: 'ABCD-EFGH',
  });
  for (const text of ['', 'https://example.org', 'KUMKM1\nx', 'KUMKM2\nx\ny\nz'])
    expect(readCard(text)).toBeNull();
});

test('an address leads to a page, and a strange one to the work', () => {
  expect(parse('#/isian/01832f3e-8a40-7000-8000-000000000001')).toEqual({
    page: 'form',
    id: '01832f3e-8a40-7000-8000-000000000001',
  });
  expect(parse('#/kiriman')).toEqual({ page: 'outbox' });
  for (const strange of ['', '#', '#/constructor', '#/isian', '#/isian/', '#/x/y'])
    expect(parse(strange)).toEqual({ page: 'work' });
});

describe('figures', () => {
  const said = { campaign: 'c', at: 0, asOf: '2022-09-13', ends_on: '2022-10-31', days: null };
  test('say how many a day are needed to the end', () => {
    const told = figuresOf({
      ...said,
      row: { entered: 220, quota: 500 },
      honour: { due: 1, paid: 2, open: -1 },
    });
    expect(told).toMatchObject({ daysLeft: 48, entered: 220, honour: { due: 1, paid: 2, open: -1 } });
    expect(told.needed).toBeCloseTo(5.83, 2);
  });
  test.each([
    [{ entered: 600, quota: 500 }, '2022-09-13', 0],
    [{ entered: 1, quota: null }, '2022-09-13', null],
    [{ entered: 1, quota: 500 }, '2022-10-31', null],
  ])('of %j on %s need %j', (row, asOf, needed) => {
    expect(figuresOf({ ...said, asOf, row, honour: null })).toMatchObject({ needed, honour: null });
  });
});

test('doors are found by words, in any order, and those that are done are left out', () => {
  const door = (state: string, record_id: string | null = null) => ({
    campaign: 'c',
    record_id,
    entry: {
      ...{
        listing_id: 'l',
        region_code: '16.01.14.1003',
        name: 'Kios Nurhayati',
        owner: 'Nurhayati',
        kind: 'umkm',
      },
      ...{ address: 'Dusun 5 RT 05', kbli: null, kbli_version: null, location: null, nik_masked: null },
      ...{ state, own: false, answers: {} },
    },
  });
  expect(fits(door('open'), 'rt nur', true, '')).toBe(true);
  expect(fits(door('open'), 'rt budi', true, '')).toBe(false);
  expect(fits(door('entered'), '', true, '')).toBe(false);
  expect(fits(door('open', 'r'), '', true, '')).toBe(false);
  expect(fits(door('entered'), '', false, '16.01.14.1003')).toBe(true);
  expect(fits(door('open'), '', false, '16.01.14.1004')).toBe(false);
});
