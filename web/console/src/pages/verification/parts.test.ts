import { expect, test } from 'vitest';
import { answeredPart, partsOf } from './parts.ts';

const SOME = { total: 200, unverified: 50, match: 140, mismatch: 7, not_found: 3 };
const NONE = { total: 0, unverified: 0, match: 0, mismatch: 0, not_found: 0 };

test('a region without numbers of the kind is no row', () => {
  const below = [
    {
      region_code: '16.01.13',
      region_name: 'Baturaja Barat',
      items: [
        { kind: 'nik', ...SOME },
        { kind: 'nib', ...NONE },
      ],
    },
  ];
  expect(partsOf({ below }, 'nik')).toEqual([{ code: '16.01.13', name: 'Baturaja Barat', ...SOME }]);
  expect(partsOf({ below }, 'nib')).toEqual([]);
  expect(partsOf({ below }, 'cooperative_number')).toEqual([]);
});

test('what an agency said of a number counts, whatever it said', () => {
  expect(answeredPart(SOME)).toBe(75);
  expect(answeredPart({ total: 3, unverified: 3 })).toBe(0);
});
