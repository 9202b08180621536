import { expect, test } from 'vitest';
import { applied, isMoving, standing } from './moving.ts';

const REQUEST = { answered: 0, waiting: 0, via: 'file', state: 'open', fault: null } as const;

test('a file that waits at an agency does not move', () => {
  expect(isMoving(REQUEST)).toBe(false);
  expect(standing(REQUEST)).toBe('open');
});

test('answers that are not applied yet move, also where every number has one', () => {
  const taken = { ...REQUEST, state: 'answered', answered: 3_000, waiting: 1_200 } as const;
  expect(isMoving(taken)).toBe(true);
  expect(standing(taken)).toBe('applying');
  expect(applied(taken)).toBe(1_800);
  expect(standing({ ...taken, waiting: 0 })).toBe('answered');
  expect(isMoving({ ...taken, waiting: 0 })).toBe(false);
});

test('a verifier is asked until it fails, and then it stands still', () => {
  const asked = { ...REQUEST, via: 'verifier' } as const;
  expect(isMoving(asked)).toBe(true);
  expect(standing(asked)).toBe('asking');
  expect(isMoving({ ...asked, fault: 'away' })).toBe(false);
  expect(standing({ ...asked, fault: 'away' })).toBe('halted');
});

test('of a request that is past its time only counts are left, whatever they are', () => {
  expect(standing({ ...REQUEST, state: 'forgotten', waiting: 1 })).toBe('forgotten');
});
