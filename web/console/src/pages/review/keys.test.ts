import { expect, test } from 'vitest';
import { commandOf } from './keys.ts';

const plain = { ctrlKey: false, metaKey: false, altKey: false, repeat: false };

test.each([
  ['v', 'verify'],
  ['V', 'verify'],
  ['r', 'return'],
  ['j', 'next'],
  ['ArrowUp', 'previous'],
  ['z', 'undo'],
  ['?', 'help'],
  ['x', undefined],
])('%s asks for %s', (key, command) => {
  expect(commandOf({ ...plain, key })).toBe(command);
});

test('a key of the browser is left to it, and one that is held down decides nothing', () => {
  expect(commandOf({ ...plain, key: 'r', ctrlKey: true })).toBeUndefined();
  expect(commandOf({ ...plain, key: 'v', repeat: true })).toBeUndefined();
  expect(commandOf({ ...plain, key: 'j', repeat: true })).toBe('next');
});
