import { expect, test } from 'vitest';
import vectors from '../../../../openapi/vectors/forms.json';
import { findingText } from './words.ts';

test('whatever is found in answers is said in words, on the tablet alone and by the server', () => {
  const found = new Set(['not_a_number', 'number_too_large']);
  for (const { errors, warnings } of vectors.cases)
    for (const [, code] of [...errors, ...warnings]) found.add(String(code));
  expect(found.size).toBeGreaterThan(30);
  for (const code of found)
    for (const language of ['id', 'en'] as const)
      expect(findingText(code, language), code).toMatch(/^\p{Lu}.*[.?]$/u);
});
