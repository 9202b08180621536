import { readFileSync } from 'node:fs';
import { Offline, Refused } from '@kumkm/protocol/network.ts';
import { expect, test } from 'vitest';
import { faultText, problemText } from './problems.ts';

const CONTRACT = readFileSync(new URL('../../../../openapi/tablet.yaml', import.meta.url), 'utf8');
const CODES = [...new Set(Array.from(CONTRACT.matchAll(/^ {8}code: ([a-z_]+)$/gm), ([, code = '']) => code))];
/** Words of those who build clients, in both languages. */
const TERMS =
  /token|grant|json|http|header|accept|retry|cursor|kursor|content-|device_id|_|\bAPI\b|payload|umpan|upload-/i;

test('each problem of the contract has words for an enumerator, in both languages and without terms', () => {
  expect(CODES.length).toBeGreaterThan(60);
  for (const code of CODES)
    for (const language of ['id', 'en'] as const)
      for (const given of ['code', 'new_code', 'password', 'session'] as const) {
        const told = problemText(code, language, given);
        expect(told, `${code} has no words`).toMatch(/^\p{Lu}.{20,}[.]$/u);
        expect(told, code).not.toMatch(TERMS);
      }
});

test('what was wrong is told by what was given: the code, the password, or the session', () => {
  for (const language of ['id', 'en'] as const) {
    const told = (['code', 'new_code', 'password', 'session'] as const).map((given) =>
      problemText('invalid_grant', language, given),
    );
    expect(new Set(told).size).toBe(4);
  }
  expect(problemText('invalid_grant', 'id', 'code')).toContain('kode aktivasi salah');
  expect(problemText('invalid_grant', 'id', 'password')).toContain('kata sandi salah');
  for (const given of ['code', 'new_code'] as const)
    expect(problemText('invalid_fields', 'id', given)).toContain('Kata sandi baru');
});

test('a code that is newer than the app is told in the server’s own words, and silence is not told', () => {
  expect(faultText(new Refused(409, 'brand_new', 'Tunggu.'), 'id', 'session')).toBe('Tunggu.');
  expect(faultText(new Refused(409, 'brand_new', ''), 'id', 'session')).toBeNull();
  expect(faultText(new Refused(403, 'device_revoked', 'device_id …'), 'id', 'session')).toContain('dicabut');
  expect(faultText(new Offline(), 'id', 'session')).toBeNull();
  expect(faultText(new Offline('too_many_requests'), 'en', 'password')).toContain('Tried too often');
});
