import { expect, test } from 'vitest';
import { commandOf } from './keys.ts';

const plain = { ctrlKey: false, metaKey: false, altKey: false, repeat: false };

test.each([
  ['x', 'choose'],
  ['X', 'choose'],
  ['a', 'chooseAll'],
  ['d', 'decide'],
  ['j', 'next'],
  ['k', 'previous'],
  ['z', 'undo'],
  ['Escape', 'leave'],
  ['q', undefined],
])('%s asks for %s', (key, command) => {
  expect(commandOf({ ...plain, key })).toBe(command);
});

test('keys of the browser stay its own, and one that is held down only moves', () => {
  expect(commandOf({ ...plain, key: 'a', ctrlKey: true })).toBeUndefined();
  expect(commandOf({ ...plain, key: 'x', repeat: true })).toBeUndefined();
  expect(commandOf({ ...plain, key: 'j', repeat: true })).toBe('next');
});
