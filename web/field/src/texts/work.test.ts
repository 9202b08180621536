import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { results, work } from './work.ts';

const SCHEMAS = new URL('../../../../openapi/schemas/', import.meta.url);
const read = (name: string) => JSON.parse(readFileSync(new URL(name, SCHEMAS), 'utf8'));

test('a result of a visit has one name in the app, and it is that of the questionnaire', () => {
  const asked: Record<string, { id: string; en: string }> =
    read('visit@1.json').properties.result['x-choices'];
  for (const language of ['id', 'en'] as const) {
    const named = Object.entries(asked).map(([value, words]) => [value, words[language]]);
    expect(results[language]).toEqual(Object.fromEntries(named));
    for (const [value, name] of Object.entries(results[language]))
      if (value !== 'absent') expect(work[language].states[value], value).toBe(name);
  }
});

/** All that people choose from in a schema. */
function* choices(said: unknown): Generator<Record<string, { id: string; en: string }>> {
  if (typeof said !== 'object' || said === null) return;
  for (const [name, each] of Object.entries(said)) {
    if (name === 'x-choices') yield each;
    else yield* choices(each);
  }
}

test('no choice of any questionnaire is without words', () => {
  const files = readdirSync(SCHEMAS).filter((each) => each.endsWith('.json'));
  expect(files.length).toBeGreaterThan(4);
  const words = files.flatMap((file) => [...choices(read(file))].flatMap((each) => Object.values(each)));
  expect(words.length).toBeGreaterThan(50);
  expect(words.filter(({ id, en }) => id.trim() === '' || en.trim() === '')).toEqual([]);
});
