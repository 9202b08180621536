import { expect, test } from 'vitest';
import { KEYS as CODING } from '../pages/coding/keys.ts';
import { KEYS as DUPLICATES } from '../pages/duplicates/keys.ts';
import { KEYS as REVIEW } from '../pages/review/keys.ts';
import { commandIn } from './keys.ts';

const plain = { ctrlKey: false, metaKey: false, altKey: false, repeat: false };
const PAGES: Readonly<Record<string, Readonly<Record<string, string>>>> = { CODING, DUPLICATES, REVIEW };

test.each([
  ['REVIEW', 'v', 'verify'],
  ['REVIEW', 'V', 'verify'],
  ['REVIEW', 'ArrowUp', 'previous'],
  ['REVIEW', '?', 'help'],
  ['REVIEW', 'x', undefined],
  ['DUPLICATES', 'X', 'choose'],
  ['DUPLICATES', 'a', 'chooseAll'],
  ['DUPLICATES', 'Escape', 'leave'],
  ['DUPLICATES', 'q', undefined],
  ['CODING', 'K', 'previous'],
  ['CODING', '/', 'search'],
  ['CODING', 'x', undefined],
])('on the page %s, %s asks for %s', (page, key, command) => {
  expect(commandIn(PAGES[page] ?? {}, { ...plain, key })).toBe(command);
});

test.each(Object.keys(PAGES))(
  'keys of the browser stay its own, and one held down only moves: %s',
  (page) => {
    const keys = PAGES[page] ?? {};
    for (const [key, command] of Object.entries(keys)) {
      const moves = command === 'next' || command === 'previous';
      expect(commandIn(keys, { ...plain, key, repeat: true })).toBe(moves ? command : undefined);
      for (const held of ['ctrlKey', 'metaKey', 'altKey'])
        expect(commandIn(keys, { ...plain, key, [held]: true })).toBeUndefined();
    }
  },
);
