// The protocol does what the published vectors of the contract say (`openapi/vectors`), every file of them.

import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { canonical, NotCanonical, parseExactly, sha256 } from './canonical.ts';
import { heardName, LISTS, nameIn } from './heard.ts';
import { checkNumber, isName, stripped } from './identifiers.ts';
import { uuid7 } from './ids.ts';
import { Known, NotAFilter } from './known.ts';
import { sizeClass } from './size-class.ts';
import { Waiting } from './waiting.ts';

const FOLDER = new URL('../../../openapi/vectors/', import.meta.url);
const TRIED = [
  'backoff.json',
  'content.json',
  'cursors.json',
  'forms.json',
  'heard_names.json',
  'identifiers.json',
  'known_identities.json',
  'names.json',
  'normalisation.json',
  'outcomes.json',
  'size_class.json',
];

// biome-ignore lint/suspicious/noExplicitAny: the vectors are the contract's, and each test says what it reads of them
function vectors(name: string): any {
  return JSON.parse(readFileSync(new URL(`${name}.json`, FOLDER), 'utf8'));
}

test('every file of vectors is tried; cursors and outcomes are in sync.test.ts, forms in shared/src/forms', () => {
  expect(readdirSync(FOLDER).sort()).toEqual(TRIED);
});

test('identifiers', () => {
  const told = vectors('identifiers');
  const ground = { provinces: new Set(['11', '16', '32']), today: told.today };
  for (const each of told.cases) {
    const found = checkNumber(each.kind, each.text, ground);
    expect(found.fault, JSON.stringify(each)).toBe(each.fault);
    if (each.fault === null) expect(found.digits).toBe(each.digits);
  }
});

test('normalisation', () => {
  const told = vectors('normalisation');
  for (const each of told.cases) expect(stripped(each.text), JSON.stringify(each)).toBe(each.stripped);
  const ranges: number[][] = told.removed.map((each: string) =>
    each.split('-').map((end) => Number.parseInt(end, 16)),
  );
  const removed = new Set<number>();
  for (const [first = 0, last = 0] of ranges) for (let at = first; at <= last; at += 1) removed.add(at);
  for (let point = 0; point <= 0x10ffff; point += 1) {
    if ((stripped(String.fromCodePoint(point)) === '') !== removed.has(point))
      expect.fail(point.toString(16));
  }
});

test('names', () => {
  for (const each of vectors('names').cases) expect(isName(each.text), each.text).toBe(each.names);
});

describe('content', () => {
  const told = vectors('content');
  test('items and texts', async () => {
    expect(told.texts.filter((each: { large: boolean }) => each.large)).not.toHaveLength(0);
    const exact = parseExactly(readFileSync(new URL('content.json', FOLDER), 'utf8')) as typeof told;
    for (const each of exact.cases) {
      expect(canonical(each.item)).toBe(each.canonical);
      expect(await sha256(each.canonical)).toBe(each.sha256);
    }
    for (const each of told.texts) {
      expect(canonical(parseExactly(each.text))).toBe(each.canonical);
      expect(await sha256(canonical(parseExactly(each.text)))).toBe(each.sha256);
    }
  });

  test('what has no canonical form is refused; a key twice is none in an object', () => {
    for (const each of told.refused) {
      if (each.code === 'repeated_field') continue;
      let code: unknown = null;
      try {
        canonical(parseExactly(each.text));
      } catch (fault) {
        code = fault instanceof NotCanonical ? fault.code : (fault as Error).name;
      }
      // NaN is no JSON at all, and a double beyond all doubles is read as infinity.
      const same = ['text_not_storable', 'nested_too_deep'].includes(each.code) || each.text.includes('8446');
      expect(code, each.text).toBe(
        same ? each.code : each.text.includes('1e') ? 'number_not_finite' : 'SyntaxError',
      );
    }
  });
});

test('backoff', () => {
  const told = vectors('backoff');
  const waiting = new Waiting();
  waiting.learn(told.retry);
  for (const each of told.cases) {
    const after = each.retry_after === null ? null : Number(each.retry_after);
    const waits = Array.from({ length: 300 }, () => waiting.after(each.attempt, after));
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(each.at_least_s);
    if (each.at_most_s !== null) {
      expect(Math.max(...waits)).toBeLessThanOrEqual(each.at_most_s);
      expect(Math.max(...waits) - Math.min(...waits)).toBeGreaterThan(0.8 * each.at_most_s);
    }
  }
});

describe('known identities', () => {
  const told = vectors('known_identities');
  const bytes = new Uint8Array(Buffer.from(told.filter, 'base64'));

  test('the filter, its hashes and what it says', async () => {
    const known = Known.read(bytes);
    expect([known.bits, [...known.fingerprints]]).toEqual([told.bits, told.fingerprints]);
    const text = readFileSync(new URL('known_identities.json', FOLDER), 'utf8');
    const exact = parseExactly(text) as {
      hashes: { kind: string; digits: string; heard: string; hash64: bigint }[];
    };
    for (const { kind, digits, heard, hash64 } of exact.hashes) {
      const [name, number] = [
        await known.hash64(`name:${heard}`),
        await known.hash64(`${kind}:${digits}:${heard}`),
      ];
      expect(((name >> 53n) << 53n) | (number >> 11n)).toBe(BigInt(hash64));
    }
    for (const each of told.probes) {
      expect(await known.has(each.kind, each.digits, each.name), JSON.stringify(each)).toBe(
        each.probably_recorded,
      );
    }
    expect(await known.has('nik', told.probes[0].digits, '')).toBe(false);
  });

  test('what is no filter is refused', () => {
    const wrong = new Uint8Array(bytes);
    wrong[8] = 1;
    for (const each of [new Uint8Array(), new TextEncoder().encode('<html>'), wrong, bytes.slice(0, -20)]) {
      expect(() => Known.read(each)).toThrow(NotAFilter);
    }
  });
});

test('heard names', () => {
  const told = vectors('heard_names');
  expect([...LISTS.leftOut].sort()).toEqual(told.left_out);
  expect([...LISTS.apostrophes]).toEqual(told.apostrophes);
  expect([LISTS.pairs, LISTS.letters]).toEqual([told.pairs, told.letters]);
  for (const each of told.cases) expect(heardName(each.name), each.name).toBe(each.heard);
  expect(nameIn({ legal_name: 'Warung Sari', owner: { name: 'Sari' } })).toBe('Sari');
  expect(nameIn({ legal_name: 'Warung Sari', owner: { name: '-' } })).toBe('Warung Sari');
  expect(nameIn({ legal_name: 'KUD Makmur', owner: null })).toBe('KUD Makmur');
  expect(nameIn({ legal_name: 5, owner: [] })).toBe('');
});

test('size class', () => {
  for (const each of vectors('size_class').cases) {
    expect(sizeClass(each.annual_sales_idr, each.founding_capital_idr)).toBe(each.size_class);
  }
});

test('ids sort by time', () => {
  const ids = [1e6, 2e6, 3_000_500].map((moment) => uuid7(moment));
  expect([...ids].sort()).toEqual(ids);
  for (const each of ids)
    expect(each).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(uuid7(0, new Uint8Array(10))).toBe('00000000-0000-7000-8000-000000000000');
  expect(uuid7(1_663_000_000_000).slice(0, 13)).toBe('01833286-3600');
});
