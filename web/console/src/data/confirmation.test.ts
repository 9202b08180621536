import { expect, test } from 'vitest';
import { type Confirmations, doubtsOf, mostDoubtful } from './confirmation.ts';

const MATCH = { state: 'match', source: 'dukcapil', on: '2022-09-10' } as const;
const MISMATCH = { state: 'mismatch', source: 'dukcapil', on: '2022-09-10' } as const;
const NOT_FOUND = { state: 'not_found', source: 'oss', on: '2022-09-11' } as const;
const UNVERIFIED = { state: 'unverified', source: null, on: null } as const;
const NONE: Confirmations = { nik: null, nib: null, cooperative_number: null };

test('a business is as doubtful as its most doubtful number', () => {
  expect(mostDoubtful(NONE)).toBeUndefined();
  expect(mostDoubtful({ ...NONE, nik: MATCH })).toBe('match');
  expect(mostDoubtful({ ...NONE, nik: MATCH, nib: UNVERIFIED })).toBe('unverified');
  expect(mostDoubtful({ ...NONE, nik: UNVERIFIED, nib: NOT_FOUND })).toBe('not_found');
  expect(mostDoubtful({ ...NONE, nik: MISMATCH, nib: NOT_FOUND })).toBe('mismatch');
});

test('only what an agency answered is a doubt, not what nobody was asked about', () => {
  expect(doubtsOf({ ...NONE, nik: MATCH, nib: UNVERIFIED })).toEqual([]);
  expect(doubtsOf({ ...NONE, nik: MISMATCH, nib: NOT_FOUND })).toEqual([
    { kind: 'nik', state: 'mismatch', source: 'dukcapil', on: '2022-09-10' },
    { kind: 'nib', state: 'not_found', source: 'oss', on: '2022-09-11' },
  ]);
});
