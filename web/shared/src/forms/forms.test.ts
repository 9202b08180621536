// Forms from the schemas that the server publishes, checked by its rules: `openapi/vectors/forms.json` is written by the
// server's own code, and each case has to come out the same here.

import { readFileSync } from 'node:fs';
import { exactJson, parseExactly } from '@kumkm/protocol/canonical.ts';
import { describe, expect, test } from 'vitest';
import { check, checkAll, type Finding, type Ground, unknownActivity } from './checking.ts';
import { type Answers, at, Form, put, type Question } from './form.ts';
import { NewerForm, type Schema } from './schema.ts';
import { activities, typed } from './typing.ts';

interface Vectors {
  today: string;
  reference_year: number;
  cases: {
    questionnaire: string;
    answers: Answers;
    errors: [string, string][];
    warnings: [string, string][];
  }[];
}

const openapi = (name: string) =>
  readFileSync(new URL(`../../../../openapi/${name}`, import.meta.url), 'utf8');
const form = (name: string) => new Form(parseExactly(openapi(`schemas/${name}.json`)) as Schema);
const told = parseExactly(openapi('vectors/forms.json')) as Vectors;
const ground: Ground = {
  provinces: new Set(['11', '16', '32']),
  today: told.today,
  referenceYear: told.reference_year,
};
const sorted = (found: readonly Finding[]) =>
  [...new Set(found.map((each) => `${each.pointer} ${each.code}`))].sort();

describe('what the server finds', () => {
  const forms = new Map(
    ['umkm@1', 'umkm@2', 'koperasi@1', 'koperasi@2', 'visit@1'].map((name) => [name, form(name)]),
  );

  test('every case of the vectors comes out the same', () => {
    expect(told.cases.length).toBeGreaterThan(300);
    const differing = told.cases.flatMap(({ questionnaire, answers, errors, warnings }) => {
      const drawn = forms.get(questionnaire);
      if (drawn === undefined) return [questionnaire];
      const found = check(drawn, answers, ground);
      const said = (list: [string, string][]) => list.map((each) => each.join(' ')).sort();
      const same =
        sorted(found.errors).join() === said(errors).join() &&
        (errors.length > 0 || sorted(found.doubts).join() === said(warnings).join());
      return same
        ? []
        : [
            `${questionnaire} ${exactJson(answers).slice(0, 300)}: ${sorted(found.errors)} ${sorted(found.doubts)}`,
          ];
    });
    expect(differing).toEqual([]);
  });
});

describe('what is told to people', () => {
  const forms = new Map(
    ['umkm@1', 'umkm@2', 'koperasi@1', 'koperasi@2', 'visit@1'].map((name) => [name, form(name)]),
  );

  test('is all that the server finds first, and at once what it would find after that is mended', () => {
    for (const { questionnaire, answers } of told.cases) {
      const drawn = forms.get(questionnaire);
      if (drawn === undefined) throw new Error(questionnaire);
      const [first, all] = [check(drawn, answers, ground), checkAll(drawn, answers, ground)];
      const name = `${questionnaire} ${exactJson(answers).slice(0, 200)}`;
      expect(
        sorted(first.errors).filter((each) => !sorted(all.errors).includes(each)),
        name,
      ).toEqual([]);
      if (first.errors.length === 0) expect(sorted(all.doubts), name).toEqual(sorted(first.doubts));
      const places = all.errors.map((each) => each.pointer);
      expect(new Set(places).size, name).toBe(places.length);
      expect(
        all.doubts.filter((each) => places.includes(each.pointer)),
        name,
      ).toEqual([]);
    }
  });

  test('wrong shapes, wrong numbers and doubts stand side by side, and no doubt comes from a wrong answer', () => {
    const answers = {
      legal_name: '…',
      kbli: '47',
      annual_sales_idr: -5,
      owner: { name: 'Sari', sex: 'male', nik: '16', birth_date: '1985-13-40' },
      started_year: 2099,
      trade_name: 'x'.repeat(3000),
    };
    const drawn = form('umkm@2');
    const { errors, doubts } = checkAll(drawn, answers, ground);
    expect(sorted(errors)).toEqual([
      '/answers/annual_sales_idr number_out_of_range',
      '/answers/kbli kbli_not_five_digits',
      '/answers/legal_name name_without_letters',
      '/answers/owner/birth_date not_a_date',
      '/answers/owner/nik nik_not_16_digits',
      '/answers/trade_name too_long',
    ]);
    expect(sorted(doubts)).toEqual(['/answers/started_year started_in_future']);
    expect(check(drawn, answers, ground).errors).toHaveLength(3);
  });

  test('a missing answer is told once, and an entry of a list does not hide its neighbours', () => {
    const drawn = form('umkm@2');
    expect(sorted(checkAll(drawn, {}, ground).errors)).toEqual([
      '/answers/kbli field_required',
      '/answers/legal_name field_required',
    ]);
    const permits = { others: ['SIUP', 'y'.repeat(400), 'z'.repeat(500)] };
    const found = checkAll(drawn, { legal_name: 'Warung', kbli: '47112', permits }, ground);
    expect(sorted(found.errors)).toEqual([
      '/answers/permits/others/1 too_long',
      '/answers/permits/others/2 too_long',
    ]);
  });
});

describe('a form', () => {
  const umkm = form('umkm@2');
  const find = (...path: string[]): Question => {
    let found = umkm.questions.find((each) => each.path[0] === path[0]);
    for (const name of path.slice(1)) found = found?.inner.find((each) => each.path.at(-1) === name);
    if (found === undefined) throw new Error(path.join('.'));
    return found;
  };

  test('has the pages of the schema, with every question once', () => {
    const pages = umkm.pages();
    expect(pages[0]).toMatchObject({ name: 'I', title: { id: 'Tempat usaha', en: 'Place of business' } });
    const names = pages.flatMap((page) => page.questions.map((each) => each.path[0])).sort();
    expect(names).toEqual(umkm.questions.map((each) => each.path[0]).sort());
    expect(form('umkm@1').pages()).toHaveLength(1);
  });

  test('knows how each question is answered', () => {
    const kinds = [
      [['legal_name'], 'text'],
      [['place_type'], 'choice'],
      [['owner'], 'block'],
      [['owner', 'birth_date'], 'date'],
      [['owner', 'has_disability'], 'boolean'],
      [['owner', 'other_jobs'], 'choices'],
      [['permits', 'others'], 'texts'],
      [['products'], 'table'],
      [['products', 'quantity'], 'number'],
      [['sales', 'idr'], 'integer'],
    ] as const;
    for (const [path, kind] of kinds) expect(find(...path).kind, path.join('.')).toBe(kind);
    expect(find('products').most).toBe(30);
    expect([find('legal_name').required, find('owner', 'nik').sealed, find('legal_name').sealed]).toEqual([
      true,
      true,
      false,
    ]);
    expect(find('owner', 'sex').choices.map((each) => each.label.id)).toEqual(['Laki-laki', 'Perempuan']);
    expect(find('sales').help?.id).toBe('Omzet setahun, dengan tahunnya.');
  });

  test('asks what other answers say', () => {
    const partners = find('partner_table');
    expect(umkm.isAsked(partners, {})).toBe(false);
    expect(umkm.isAsked(partners, { practice: { partnership: true } })).toBe(true);
    expect(umkm.isAsked(partners, { practice: { partnership: false } })).toBe(false);
    const shown = (answers: Answers) =>
      umkm.asked(answers).flatMap((page) => page.questions.map((each) => each.path[0]));
    expect(shown({})).not.toContain('partner_table');
    expect(shown({ practice: { partnership: true } })).toContain('partner_table');
    // What was answered is shown, so that it can be taken away.
    expect(shown({ practice: { partnership: false }, partner_table: [{}] })).toContain('partner_table');
  });

  test('refuses a schema that it does not know', () => {
    expect(() => new Form({ properties: { a: { type: 'string', patternProperties: {} } } })).toThrow(
      NewerForm,
    );
  });

  test('says the numbers that identify', () => {
    expect(umkm.numbers({ nib: '1', owner: { nik: '2', passport: null }, npwp: '3' }).sort()).toEqual([
      ['nib', '1'],
      ['nik', '2'],
    ]);
    expect([umkm.identifies, form('visit@1').identifies]).toEqual([true, false]);
  });
});

describe('answers', () => {
  test('are put in and taken away without changing what was there', () => {
    const before: Answers = Object.freeze({ legal_name: 'A', owner: Object.freeze({ name: 'Sari' }) });
    expect(put(before, ['owner', 'nik'], '1')).toEqual({
      legal_name: 'A',
      owner: { name: 'Sari', nik: '1' },
    });
    expect(put(before, ['owner', 'name'], undefined)).toEqual({ legal_name: 'A' });
    expect(put({}, ['products', 1, 'name'], 'Kue')).toEqual({ products: [undefined, { name: 'Kue' }] });
    expect(put({ products: [{ name: 'a' }, { name: 'b' }] }, ['products', 0], undefined)).toEqual({
      products: [{ name: 'b' }],
    });
    expect(put({ products: [{ name: 'a' }] }, ['products', 0, 'name'], undefined)).toEqual({
      products: [{}],
    });
    expect(put({ products: [{}] }, ['products', 0], undefined)).toEqual({});
    expect(at({ a: [{ b: 1 }] }, ['a', 0, 'b'])).toBe(1);
    expect(at({}, ['toString'])).toBeUndefined();
  });

  test('are read as they are typed', () => {
    const cases = [
      ['integer', '1.250.000', { value: 1_250_000 }],
      ['integer', ' Rp 5', { fault: 'not_a_number' }],
      ['integer', '-5', { value: -5 }],
      ['integer', '-0', { value: 0 }],
      ['integer', '9007199254740993', { fault: 'number_too_large' }],
      ['integer', '٣', { fault: 'not_a_number' }],
      ['number', '1.250,5', { value: 1250.5 }],
      ['number', '0,5', { value: 0.5 }],
      ['number', '0.500', { value: 0.5 }],
      ['number', '1.250', { value: 1250 }],
      ['number', '1e9', { fault: 'not_a_number' }],
      ['text', '  ', { value: undefined }],
      ['text', ' Sari ', { value: ' Sari ' }],
    ] as const;
    for (const [kind, text, expected] of cases) expect(typed({ kind }, text), text).toEqual(expected);
  });

  test('activities are found by the beginnings of words', () => {
    const list = [
      { code: '47112', title: 'Perdagangan eceran berbagai macam barang di toko' },
      { code: '47111', title: 'Perdagangan eceran di minimarket' },
      { code: '56101', title: 'Restoran' },
    ];
    expect(activities(list, 'ECER perdag').map((each) => each.code)).toEqual(['47111', '47112']);
    expect(activities(list, '561').map((each) => each.code)).toEqual(['56101']);
    expect(activities(list, ' ,')).toEqual([]);
    const hasActivity = (edition: string | null, code: string) =>
      edition === '2025' ? null : code === '47112';
    const codes = (answers: Answers) =>
      unknownActivity(answers, { ...ground, hasActivity }).map((each) => each.code);
    expect([
      codes({ kbli: '47112' }),
      codes({ kbli: '11111' }),
      codes({ kbli: '11111', kbli_version: '2025' }),
    ]).toEqual([[], ['kbli_unknown'], []]);
  });
});
