import { expect, test } from 'vitest';
import { entry } from '../texts/app.ts';
import { missingIn } from './enrol.tsx';
import { pinFault } from './pin.tsx';

test('what is missing on the first page is said for each field, in their order', () => {
  for (const language of ['id', 'en'] as const) {
    const { needs } = entry[language];
    const nothing = { username: ' ', code: '', password: '', deviceName: '' };
    expect(Object.keys(missingIn(nothing, true, entry[language]))).toEqual([
      'username',
      'code',
      'password',
      'deviceName',
    ]);
    expect(missingIn({ ...nothing, username: 'a', password: 'x' }, false, entry[language])).toEqual({
      deviceName: needs.deviceName,
    });
    const short = { username: 'a', code: 'B', password: 'x'.repeat(11), deviceName: 'T' };
    expect(missingIn(short, true, entry[language])).toEqual({ password: needs.newPassword('11') });
    expect(missingIn({ ...short, password: 'x'.repeat(12) }, true, entry[language])).toEqual({});
  }
});

test('a PIN that is too short is told when it was taken for whole, one that is too long or easy at once', () => {
  const t = entry.id;
  expect([pinFault('12', false, t), pinFault('12', true, t)]).toEqual([null, t.needs.pin('2')]);
  expect(pinFault('2580361', false, t)).toBe(t.needs.pinLong);
  expect(pinFault('111111', false, t)).toBe(t.pinEasy);
  expect(pinFault('258036', true, t)).toBeNull();
});
