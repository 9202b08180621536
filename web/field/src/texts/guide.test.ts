// The guide for enumerators says what the app says: a word that changes here changes there.

import { existsSync, readFileSync } from 'node:fs';
import type { Texts } from '@kumkm/shared/texts/language.ts';
import { expect, test } from 'vitest';
import * as app from './app.ts';
import * as more from './more.ts';
import * as again from './reinterviews.ts';
import * as work from './work.ts';

const DOCS = new URL('../../../../docs/', import.meta.url);
const GUIDE = readFileSync(new URL('panduan-enumerator.md', DOCS), 'utf8');
const LONGEST_SENTENCE = 15;

/** All that is said in Indonesian, with … where a figure or a name comes in. */
function said(texts: unknown): string[] {
  if (typeof texts === 'string') return [texts];
  if (typeof texts === 'function') return [String(texts('…', '…', '…'))];
  return Object.values(texts as object).flatMap(said);
}

const SAID = [app, more, again, work].flatMap((file) =>
  Object.values(file).flatMap((each: Texts<unknown>) => said(each.id)),
);

/** Whether the app says it: whole, or as the part that stands between the signs … */
function isSaid(quoted: string): boolean {
  const part = quoted.replace(/^… | …$/g, '');
  if (part === quoted) return SAID.includes(quoted);
  return SAID.some(
    (each) =>
      each.includes(part) &&
      (quoted.startsWith('… ') || each.startsWith(part)) &&
      (quoted.endsWith(' …') || each.endsWith(part)),
  );
}

const found = (pattern: RegExp) => Array.from(GUIDE.matchAll(pattern), ([, it = '']) => it);

test('each word in bold is on the screen', () => {
  const quoted = found(/\*\*(.+?)\*\*/g);
  expect(quoted.length).toBeGreaterThan(30);
  expect(quoted.filter((each) => !isSaid(each))).toEqual([]);
});

test('a word that the app does not say is found', () => {
  for (const wrong of ['Simpan isi', 'simpan isian', 'Server tidak', '… dapat …x', 'tercatat untuk …'])
    expect(isSaid(wrong), wrong).toBe(false);
});

test('each picture is there, and is drawn by the script', () => {
  const script = readFileSync(new URL('../web/tests/pictures/panduan.spec.ts', DOCS), 'utf8');
  const drawn = Array.from(script.matchAll(/draw\(page, '([\w-]+)'/g), ([, name]) => `panduan-${name}.png`);
  const named = found(/!\[[^\]]+\]\(pictures\/([^)]+)\)/g);
  expect(named.length).toBe(7);
  expect([...named].sort()).toEqual(drawn.sort());
  expect(named.filter((each) => !existsSync(new URL(`pictures/${each}`, DOCS)))).toEqual([]);
});

test('sentences are short', () => {
  const prose = GUIDE.replace(/^(!|#).*$/gm, '').replace(/^\d+\. /gm, '');
  const sentences = prose
    .split(/[.?!](?=[\s*]|$)|\n/)
    .map((each) => each.split(/\s+/).filter((word) => /\w/.test(word)));
  expect(sentences.filter((words) => words.length > LONGEST_SENTENCE)).toEqual([]);
});
