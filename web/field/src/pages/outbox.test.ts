import { expect, test } from 'vitest';
import { sending } from '../texts/work.ts';
import { saidOf } from './outbox.tsx';

type Row = Parameters<typeof saidOf>[0];

test('a visit is told to be there, and nothing is said of a business', () => {
  const row = (questionnaire: string, outcome: string) =>
    ({ questionnaire, outcome, state: 'confirmed', told: null }) as Row;
  for (const language of ['id', 'en'] as const) {
    const { outcomes } = sending[language];
    expect(saidOf(row('umkm@2', 'accepted'), outcomes, language)).toBe(outcomes.accepted);
    expect(saidOf(row('visit@1', 'accepted'), outcomes, language)).toBe(outcomes.visited);
    expect(saidOf(row('visit@1', 'updated'), outcomes, language)).toBe(outcomes.updated);
  }
});

test('of a wrong answer a list says that there is one, and what is wrong with the record itself in words', () => {
  const row = (pointer: string, code: string) =>
    ({
      questionnaire: 'umkm@2',
      outcome: 'invalid',
      state: 'to_fix',
      told: { errors: [{ pointer, code }] },
    }) as unknown as Row;
  for (const language of ['id', 'en'] as const) {
    const { outcomes } = sending[language];
    expect(saidOf(row('/answers/kbli', 'missing'), outcomes, language)).toBe(outcomes.invalid);
    expect(saidOf(row('/captured_at', 'captured_in_future'), outcomes, language)).toMatch(/jam|clock/);
  }
});
