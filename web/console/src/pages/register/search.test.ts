import { expect, test } from 'vitest';
import { isNumber, registerOf } from './search.ts';

test('what is no filter is left out of the view', () => {
  expect(registerOf({ kind: 'umkm', size: 'huge', state: 'verified', kbli: 10391, q: 'Sari' })).toEqual({
    kind: 'umkm',
    state: 'verified',
    kbli: '10391',
  });
  expect(registerOf({ verification: 'mismatch' })).toEqual({ verification: 'mismatch' });
  expect(registerOf({ verification: 'maybe' })).toEqual({});
  expect(registerOf({ kbli: '1', enumerator: 'a b', tab: 'list' })).toEqual({});
  expect(registerOf({ tab: 'exports', enumerator: 'enumerator.1' })).toEqual({
    tab: 'exports',
    enumerator: 'enumerator.1',
  });
});

test.each([
  '1601145203850001',
  '1601 1452 0385 0001',
  '16.01.14.520385-0001',
  'NIK 1601145203850001',
  '9120001234567',
])('%s is a number, not a name', (words) => expect(isNumber(words)).toBe(true));

test.each(['Warung Sari 2', 'Toko 88', 'Ahmad', 'KUD 2012 Makmur', 'Kelompok 12 34 5'])(
  '%s is a name, not a number',
  (words) => expect(isNumber(words)).toBe(false),
);
