import { expect, test } from 'vitest';
import { viewOf } from './view.ts';

test('an address makes a view', () => {
  const search = {
    campaign: 'pl-kumkm-2022',
    region: '16.01.14.1003',
    as_of: '2022-09-12',
    basis: 'captured',
  };
  expect(viewOf(search)).toEqual(search);
});

test('what is none is left out of a view', () => {
  expect(
    viewOf({
      region: '16.1',
      as_of: '2022-02-30x',
      basis: 'all',
      campaign: '<script>',
      nik: '1601145203850001',
    }),
  ).toEqual({});
  expect(viewOf({ region: 999, as_of: 20220912, basis: ['captured'] })).toEqual({});
});

test('codes that the router takes for numbers are codes', () => {
  expect([16, 16.1, 16.01, 5.5].map((region) => viewOf({ region }).region)).toEqual([
    '16',
    '16.10',
    '16.01',
    undefined,
  ]);
});
