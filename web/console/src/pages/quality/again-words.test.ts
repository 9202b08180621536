import { expect, test } from 'vitest';
import { agreementOf, comparedEach, wordOf } from './again-words.ts';

const plain = (text: string) => text.replaceAll('\u00a0', ' ');

test('a share is shown with where the true one lies', () => {
  const told = { share: 0.882, low: 0.79, high: 0.936 };
  expect(plain(agreementOf(told, 'id'))).toBe('88,2 % (79,0 % – 93,6 %)');
  expect(plain(agreementOf(told, 'en'))).toMatch(/^88\.2/);
  expect(agreementOf({ share: null, low: null, high: null }, 'id')).toBe('–');
});

test('who had no interview compares nothing, which is not none in an interview', () => {
  expect(comparedEach({ compared: 30, interviewed: 4 })).toBe(7.5);
  expect(comparedEach({ compared: 0, interviewed: 4 })).toBe(0);
  expect(comparedEach({ compared: 0, interviewed: 0 })).toBeNull();
});

test('a word of a newer server is shown as it is', () => {
  expect(wordOf({ open: 'Belum diberikan' }, 'open')).toBe('Belum diberikan');
  expect(wordOf({ open: 'Belum diberikan' }, 'postponed')).toBe('postponed');
});
