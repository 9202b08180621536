import { expect, test } from 'vitest';
import { verificationOf } from './search.ts';

test('what is no id of a request is left out of the view', () => {
  const permintaan = '01832f3e-8a40-7000-8000-0000000000ab';
  expect(verificationOf({ permintaan, region: '16.01' })).toEqual({ permintaan });
  expect(verificationOf({ permintaan: '1601145203850001' })).toEqual({});
  expect(verificationOf({ permintaan: 7 })).toEqual({});
});
