import { expect, test } from 'vitest';
import { pageOf, refusalIn } from './own-address.ts';

test('the refusal is taken out of the address, and the rest stays letter by letter', () => {
  for (const [address, code, rest] of [
    ['https://a.test/?masuk=organisation_denied', 'organisation_denied', '/'],
    ['https://a.test/peta?region=16.01&masuk=a', 'a', '/peta?region=16.01'],
    ['https://a.test/k/peta?masuk=a&q=x%2Fy+z', 'a', '/k/peta?q=x%2Fy+z'],
  ] as const) {
    expect(refusalIn(address)).toEqual({ code, rest });
  }
  expect(refusalIn('https://a.test/peta?dimasuk=a')).toBeUndefined();
});

test('a page has neither host nor base', () => {
  expect(pageOf(new URL('https://a.test/kumkm/peta?region=16.01'), '/kumkm/')).toBe('/peta?region=16.01');
  expect(pageOf(new URL('https://a.test/'), '/')).toBe('/');
  expect(pageOf(new URL(`https://a.test/peta?q=${'a'.repeat(1000)}`), '/')).toBe('/');
});
