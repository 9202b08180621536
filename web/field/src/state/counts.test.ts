import { expect, test } from 'vitest';
import { counts, recount } from './counts.ts';

const of = (unsent: number) => ({ unsent, fix: 0, photos: 0 });

test('what is shown when a count is done began after it was asked for', async () => {
  let there = 3;
  const slow = async () => {
    const found = there;
    await new Promise((later) => setTimeout(later, 20));
    return of(found);
  };
  const first = recount(slow);
  await new Promise((later) => setTimeout(later, 5));
  there = 0; // the sync has ended while the first count is under way
  await recount(slow);
  expect(counts.get()).toEqual(of(0));
  await first;
  expect(counts.get()).toEqual(of(0));
});

test('many who ask at once get one count, and one that fails leaves the others', async () => {
  let looked = 0;
  const look = async () => {
    looked += 1;
    return of(looked);
  };
  await Promise.all(Array.from({ length: 50 }, () => recount(look)));
  expect(looked).toBe(1);
  await recount(() => Promise.reject(new Error('closed')));
  expect(counts.get()).toEqual(of(1));
  await recount(look);
  expect(counts.get()).toEqual(of(2));
});
