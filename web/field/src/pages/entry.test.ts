import { expect, test } from 'vitest';
import { cameraFault } from '../parts/scan.tsx';
import { OtherAccount, refuseOther } from '../state/account.ts';
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

test('a code of another account is refused, however the own name is typed', () => {
  for (const typed of ['enumerator.7', ' Enumerator.7 ', 'ENUMERATOR.7'])
    expect(() => refuseOther('enumerator.7', typed)).not.toThrow();
  for (const typed of ['enumerator.8', 'enumerator.77', ''])
    expect(() => refuseOther('enumerator.7', typed)).toThrow(OtherAccount);
});

test('a camera that cannot be used says why, and each reason has words that say what to do', () => {
  const why = (name: string) => cameraFault(Object.assign(new Error(), { name }));
  expect(['NotAllowedError', 'NotFoundError', 'NotReadableError', 'TypeError'].map(why)).toEqual([
    ...['refused', 'missing', 'busy', 'failed'],
  ]);
  expect(cameraFault('nothing')).toBe('failed');
  for (const language of ['id', 'en'] as const)
    for (const words of Object.values(entry[language].camera))
      expect(words).toMatch(language === 'id' ? /ketik isi kartu/ : /type what the card says/);
});
