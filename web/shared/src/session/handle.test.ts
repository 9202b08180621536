import { expect, test } from 'vitest';
import { handleOf } from './handle.ts';

test('a passkey says whose it is by the bytes of the account’s id', () => {
  expect(handleOf('00000000-0000-0000-0000-000000000000')).toBe('AAAAAAAAAAAAAAAAAAAAAA');
  expect(handleOf('fbefbeff-ffff-4fff-bfff-fffffffffffe')).toBe('----____T_-__________g');
});
