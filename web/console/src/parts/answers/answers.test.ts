import { expect, test } from 'vitest';
import { differing } from './differences.ts';
import { findingOf, labelOf, newestOf, questionsOf } from './questions.ts';
import { sectionsOf } from './sections.ts';
import { isMasked, valueText } from './values.ts';

const ANSWERS = {
  legal_name: 'Tempe Pak Effendi',
  kbli: '10391',
  started_year: 2012,
  owner: { nik: '1601**********01', sex: 'male' },
  products: [{ name: 'tempe', share_percent: 80 }, { name: 'tahu' }],
  annual_sales_idr: 12_000_000,
  surprise: { 'a/b': 1 },
};

test('answers come in the order of the questionnaire, each once, and what it does not know at the end', () => {
  const sections = sectionsOf('umkm@1', ANSWERS, 'id');
  expect(sections.map((section) => section.title ?? section.key)).toEqual([
    'place',
    'business',
    'Pemilik',
    'Produk',
    'figures',
    'others',
  ]);
  expect(sections.flatMap((section) => section.entries.map((entry) => entry.pointer))).toEqual([
    '/legal_name',
    '/kbli',
    '/started_year',
    '/owner/sex',
    '/owner/nik',
    '/products/0/name',
    '/products/0/share_percent',
    '/products/1/name',
    '/annual_sales_idr',
    '/surprise/a~1b',
  ]);
});

test.each(['umkm@1', 'koperasi@1'])(
  'no question of %s is lost on the way to its section',
  (questionnaire) => {
    const all = Object.fromEntries(
      questionsOf(questionnaire).map((question) => [
        question.name,
        question.inner === undefined
          ? 'x'
          : Object.fromEntries(question.inner.map((inner) => [inner.name, 'x'])),
      ]),
    );
    const told = sectionsOf(questionnaire, all, 'en').flatMap((section) => section.entries);
    const asked = questionsOf(questionnaire).flatMap((question) => question.inner ?? [question]);
    expect(told.length).toBe(asked.length);
    expect(told.every((entry) => entry.question !== undefined)).toBe(true);
  },
);

test('answers of a questionnaire that nobody here knows are shown all the same', () => {
  const [section] = sectionsOf('umkm@9', { legal_name: 'X' }, 'id');
  expect(section?.entries[0]).toMatchObject({ label: 'legal_name', value: 'X' });
});

test('a warning is told in words, with the question that it is about', () => {
  expect(findingOf('nik_birth_date_differs /answers/owner/birth_date', 'umkm@1', 'id')).toEqual({
    code: 'nik_birth_date_differs',
    text: 'Tanggal lahir berbeda dengan NIK.',
    about: 'Pemilik · Tanggal lahir',
    pointer: '/owner/birth_date',
  });
  expect(findingOf('clock_skewed /captured_at', 'umkm@1', 'en').about).toBeUndefined();
  expect(findingOf('of_tomorrow /x', 'umkm@1', 'en').text).toBe('of_tomorrow');
  expect(labelOf('umkm@1', '/products/1/name', 'en')).toBe('Products · 2 · Product');
});

test('an answer reads as people write it', () => {
  const asked = Object.fromEntries(questionsOf('umkm@1').map((question) => [question.name, question]));
  expect(valueText(12_000_000, asked.annual_sales_idr, 'id')).toBe('Rp\u00a012.000.000');
  expect(valueText(2012, asked.started_year, 'id')).toBe('2012');
  expect(valueText('home', asked.place_type, 'id')).toBe('Rumah');
  expect(valueText(true, undefined, 'en')).toBe('Yes');
  expect(valueText(['a', 'b'], undefined, 'id')).toBe('a; b');
  expect(valueText(null, undefined, 'id')).toBe('–');
  expect(valueText('1601**********01', undefined, 'id')).toBe('1601••••••••••01');
  expect(isMasked('***')).toBe(true);
});

test('two revisions differ where they say something else, whatever is nested how', () => {
  const later = { ...ANSWERS, annual_sales_idr: 13_000_000, owner: { nik: '1601**********01' } };
  expect([...differing(ANSWERS, later)].sort()).toEqual(['/annual_sales_idr', '/owner/sex']);
  expect(differing(ANSWERS, ANSWERS).size).toBe(0);
});

test('the newest form has the questions of the first in their places, with the same words', () => {
  for (const kind of ['umkm', 'koperasi']) {
    const newest = newestOf(kind);
    expect(newest).not.toBe(`${kind}@1`);
    for (const { name } of questionsOf(`${kind}@1`))
      expect(labelOf(newest, `/${name}`, 'id'), name).toBe(labelOf(`${kind}@1`, `/${name}`, 'id'));
  }
});
