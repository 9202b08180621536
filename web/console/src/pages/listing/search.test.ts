import { expect, test } from 'vitest';
import { listingOf, sourceOf } from './search.ts';

test('what of an address is no view of the page is left out', () => {
  expect(listingOf({ state: 'open', enumerator: 'enumerator.1', sort: '-gap' })).toEqual({
    state: 'open',
    enumerator: 'enumerator.1',
    sort: '-gap',
  });
  expect(listingOf({ state: 'asleep', enumerator: 'a b', sort: 7 })).toEqual({});
});

test('an entry is from a register or from a file, whatever that is called', () => {
  expect(sourceOf('campaign:pl-kumkm-2022')).toEqual({ kind: 'campaign', name: 'pl-kumkm-2022' });
  expect(sourceOf('file:dinas: 2022')).toEqual({ kind: 'file', name: 'dinas: 2022' });
});
