import { at, Form } from '@kumkm/shared/forms/form.ts';
import { expect, test } from 'vitest';
import { apart, withTyped } from './typed.ts';

const form = new Form({
  type: 'object',
  properties: {
    legal_name: { type: 'string' },
    annual_sales_idr: { type: 'integer' },
    workers: { type: 'object', properties: { paid_male: { type: 'integer' } } },
    sales: {
      type: 'array',
      items: { type: 'object', properties: { year: { type: 'integer' }, value_idr: { type: 'integer' } } },
    },
  },
});

test('a text that is no number is recorded where the number would be, and is typed again when it is asked back', () => {
  const draft = {
    answers: { legal_name: '007', sales: [{ year: 2021 }, { year: 2022, value_idr: 5 }] },
    typed: { '/annual_sales_idr': '36 juta', '/workers/paid_male': 'dua', '/sales/0/value_idr': 'banyak' },
  };
  const recorded = withTyped(draft);
  expect(recorded).toEqual({
    legal_name: '007',
    annual_sales_idr: '36 juta',
    workers: { paid_male: 'dua' },
    sales: [
      { year: 2021, value_idr: 'banyak' },
      { year: 2022, value_idr: 5 },
    ],
  });
  const again = apart(form, recorded);
  expect(again.typed).toEqual(draft.typed);
  expect(at(again.answers, ['legal_name'])).toBe('007');
  expect(at(again.answers, ['sales', 1, 'value_idr'])).toBe(5);
  expect(withTyped(again)).toEqual(recorded);
});

test('what was typed is seen also where its question is not asked any more: the server asks it back', () => {
  const conditional = new Form({
    type: 'object',
    properties: {
      exports: { type: 'boolean' },
      export_sales_idr: { type: 'integer', 'x-when': { question: '/exports', of: [true] } },
    },
  });
  const shown = (answers: Record<string, unknown>) =>
    conditional.asked(answers).flatMap((page) => page.questions.map((each) => each.path[0]));
  const draft = { answers: { exports: false }, typed: { '/export_sales_idr': 'banyak' } };
  expect(shown(draft.answers)).toEqual(['exports']);
  expect(shown(withTyped(draft))).toEqual(['exports', 'export_sales_idr']);
});
