import { readFileSync } from 'node:fs';
import { parseExactly } from '@kumkm/protocol/canonical.ts';
import { Form, type Question } from '@kumkm/shared/forms/form.ts';
import type { Schema } from '@kumkm/shared/forms/schema.ts';
import { expect, test } from 'vitest';
import { labelOf, sizeOf } from '../pages/form-end.tsx';
import type { Draft } from '../storage/drafts.ts';
import { afterAnswer, afterTyping, codesAt, look, pageOf } from './filling.tsx';
import { fitted } from './photos.ts';

const schema = readFileSync(new URL('../../../../openapi/schemas/umkm@2.json', import.meta.url), 'utf8');
const form = new Form(parseExactly(schema) as Schema);
const ground = { provinces: new Set(['16']), today: '2022-09-12', referenceYear: null };
const draft: Draft = {
  ...{ record_id: 'r', after: 0, campaign: 'c', questionnaire: 'umkm@2', region_code: '16.01.14.1003' },
  ...{ listing_id: null, answers: {}, started_at: '', captured_at: null, location: null, page: 0 },
  ...{ question: null, typed: {} },
};
const question = (name: string): Question => {
  const found = form.questions.find((each) => each.path[0] === name);
  if (found === undefined) throw new Error(name);
  return found;
};

test('what is typed is an answer, or is kept as it was typed until it is one', () => {
  const sales = question('annual_sales_idr');
  const wrong = afterTyping(draft, sales, sales.path, '12 juta');
  expect([wrong.answers, wrong.typed]).toEqual([{}, { '/annual_sales_idr': '12 juta' }]);
  expect(codesAt(look(form, wrong, ground).errors, sales.path)).toEqual(['not_a_number']);
  const right = afterTyping(wrong, sales, sales.path, '12.000.000');
  expect([right.answers, right.typed]).toEqual([{ annual_sales_idr: 12_000_000 }, {}]);
  const gone = afterTyping(right, sales, sales.path, '');
  expect(gone.answers).toEqual({});
});

test('a row that is removed takes with it what was typed in it', () => {
  const typed = { '/sales/0/idr': 'x', '/sales/1/idr': 'y', '/annual_sales_idr': 'z' };
  const rows = { ...draft, typed, answers: { sales: [{ year: 2021 }, { year: 2022 }] } };
  const left = afterAnswer(rows, ['sales', 1], undefined);
  expect(left.answers).toEqual({ sales: [{ year: 2021 }] });
  expect(left.typed).toEqual({ '/sales/0/idr': 'x', '/annual_sales_idr': 'z' });
});

test('rows behind one that is removed move up, with what was typed in them', () => {
  const typed = { '/sales/0/idr': 'x', '/sales/2/idr': 'y' };
  const rows = { ...draft, typed, answers: { sales: [{ year: 2020 }, { year: 2021 }, { year: 2022 }] } };
  const left = afterAnswer(rows, ['sales', 0], undefined);
  expect(left.answers).toEqual({ sales: [{ year: 2021 }, { year: 2022 }] });
  expect(left.typed).toEqual({ '/sales/1/idr': 'y' });
});

test('a finding leads to its page, and is called as its question', () => {
  const pages = form.pages();
  expect(pages[pageOf(pages, '/answers/owner/nik')]?.title.id).toBe('Pengusaha');
  expect(pageOf(pages, '/answers')).toBe(-1);
  expect(labelOf(form.questions, '/answers/owner/nik')?.id).toBe('NIK');
  expect(labelOf(form.questions, '/answers/sales/3/idr')).not.toBeNull();
  expect(labelOf(form.questions, '/answers')).toBeNull();
});

test('the size is that of the sales of a year, or of the newest year in the table', () => {
  expect(sizeOf({ annual_sales_idr: 120_000_000 })).toBe('micro');
  const sales = [
    { year: 2020, idr: 1 },
    { year: 2021, idr: 3_000_000_000 },
  ];
  expect(sizeOf({ sales })).toBe('small');
  expect(sizeOf({ founding_capital_idr: 20_000_000_000 })).toBe('large');
  expect(sizeOf({})).toBeNull();
});

test('a photo is made smaller and never larger', () => {
  expect(fitted({ width: 4000, height: 3000 })).toEqual({ width: 1280, height: 960 });
  expect(fitted({ width: 300, height: 4000 })).toEqual({ width: 96, height: 1280 });
  expect(fitted({ width: 640, height: 480 })).toEqual({ width: 640, height: 480 });
});

test('a code that its edition does not have is a doubt, where the list is on the tablet', () => {
  const said = { ...draft, answers: { legal_name: 'Warung', kbli: '56102' } };
  const kbli = question('kbli');
  const hasActivity = (edition: string | null, code: string) => (edition === null ? code === '47112' : null);
  expect(codesAt(look(form, said, { ...ground, hasActivity }).doubts, kbli.path)).toEqual(['kbli_unknown']);
  expect(codesAt(look(form, said, ground).doubts, kbli.path)).toEqual([]);
  const other = { ...said, answers: { ...said.answers, kbli_version: '2025' } };
  expect(codesAt(look(form, other, { ...ground, hasActivity }).doubts, kbli.path)).toEqual([]);
});
