// What in answers does not fit together: doubts, never reasons to refuse an item. The rules are the server's
// (`docs/questionnaires.md`, "What is doubtful"); sums are in whole rupiah, sums of a year are rows of a table.

import type { Finding } from './checking.ts';
import { type Answers, at, type Form, type Question } from './form.ts';

type Row = Readonly<Record<string, unknown>>;

const WHOLE = 100;
const LEAST_SALES_OF_A_WORKER = 500_000;
const MOST_SALES_OF_A_WORKER = 5_000_000_000;
const CELLS = ['paid_male', 'paid_female', 'unpaid_male', 'unpaid_female'];
const PARTS: Readonly<Record<string, readonly string[]>> = {
  assets: ['current_idr', 'fixed_idr', 'investment_idr'],
  debts: ['current_idr', 'non_current_idr'],
};

type Add = (where: string, code: string) => void;

/** Every doubt about checked answers. `digits`: a number at a pointer as it is stored; null where there is none. */
export function doubtful(
  form: Form,
  answers: Answers,
  digits: (pointer: string) => string | null,
): Finding[] {
  const found: Finding[] = [];
  const known = new Set(form.questions.map((each) => each.path[0] ?? ''));
  const asked = Object.fromEntries(Object.entries(answers).filter(([name]) => known.has(name)));
  const add: Add = (where, code) => found.push({ pointer: `/answers${where}`, code });
  for (const each of everyQuestion(form.questions)) {
    if (each.schema['x-shares'] === true) shares(asked, each, add);
    if (each.schema['x-years'] === true) years(asked, each, add);
  }
  products(asked, add);
  const workers = at(asked, ['workers']);
  if (isRow(workers) && Object.keys(workers).length > 0) ofWorkers(workers, add);
  sales(asked, isRow(workers) ? workers : {}, add);
  for (const [name, parts] of Object.entries(PARTS)) sums(asked, name, parts, add);
  taxNumbers(asked, digits, add);
  return found;
}

/** A whole number, however large; null for everything else. */
export function int(value: unknown): number | null {
  if (typeof value === 'bigint') return Number(value);
  return typeof value === 'number' ? value : null;
}

/** The rows of a table; none where there is no table. */
export function rowsOf(value: unknown): Row[] {
  return Array.isArray(value) ? value.filter(isRow) : [];
}

/** The sum of a year; null where it was not said. */
export function sumOf(rows: readonly Row[], year: number): number | null {
  const row = rows.find((each) => int(each.year) === year && int(each.idr) !== null);
  return row === undefined ? null : int(row.idr);
}

/** The years of which a table of sums says one. */
export function yearsOf(rows: readonly Row[]): number[] {
  return rows.filter((each) => int(each.idr) !== null).flatMap((each) => int(each.year) ?? []);
}

function isRow(value: unknown): value is Row {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function everyQuestion(questions: readonly Question[]): Question[] {
  return questions.flatMap((each) => [each, ...(each.kind === 'block' ? everyQuestion(each.inner) : [])]);
}

function total(values: readonly (number | null)[]): number {
  return values.reduce<number>((sum, each) => sum + (each ?? 0), 0);
}

function shares(answers: Answers, { path }: Question, add: Add): void {
  const said = Object.values((at(answers, path) ?? {}) as object).flatMap((each) => int(each) ?? []);
  if (said.length > 0 && total(said) !== WHOLE) add(`/${path.join('/')}`, 'shares_not_100');
}

/** Products need not all be in the table, and not all have a share: together they are at most the whole. */
function products(answers: Answers, add: Add): void {
  const said = rowsOf(answers.products).map((row) => int(row.share_percent));
  if (total(said) > WHOLE) add('/products', 'shares_not_100');
}

function years(answers: Answers, { path }: Question, add: Add): void {
  const seen = new Set<number | null>();
  for (const [place, row] of rowsOf(at(answers, path)).entries()) {
    const year = int(row.year);
    if (year === null) add(`/${path.join('/')}/${place}/year`, 'year_missing');
    else if (seen.has(year)) add(`/${path.join('/')}/${place}/year`, 'year_repeated');
    seen.add(year);
  }
}

function ofWorkers(workers: Row, add: Add): void {
  const said = (name: string) => int(workers[name]);
  const paid = total([said('paid_male'), said('paid_female')]);
  const pay = rowsOf(workers.pay).flatMap((row) => [int(row.male_idr), int(row.female_idr)]);
  const hasWages = [said('wages_idr'), ...pay].some((each) => each !== null && each !== 0);
  if (paid > 0 && !hasWages) add('/workers', 'wages_missing');
  const bothSaid = said('paid_male') !== null && said('paid_female') !== null;
  if (hasWages && paid === 0 && bothSaid) add('/workers', 'wages_without_paid_workers');
  const cells = CELLS.map(said);
  const [any, all, disabled] = [cells.some((each) => each !== null), total(cells), said('with_disability')];
  if (any && disabled !== null && disabled > all) add('/workers/with_disability', 'disabled_over_workers');
  for (const name of CELLS) {
    const [among, of] = [said(`${name}_disabled`), said(name)];
    if (among !== null && of !== null && among > of)
      add(`/workers/${name}_disabled`, 'disabled_over_workers');
  }
  const educated = rowsOf(workers.by_education).flatMap((row) => [int(row.male), int(row.female)]);
  if (educated.length > 0 && any && total(educated) !== all)
    add('/workers/by_education', 'education_not_workers');
}

function sales(answers: Answers, workers: Row, add: Add): void {
  const [rows, annual] = [rowsOf(answers.sales), int(answers.annual_sales_idr)];
  const said = yearsOf(rows);
  const newest = said.length > 0 ? sumOf(rows, Math.max(...said)) : annual;
  if (annual !== null && said.length > 0 && !said.some((year) => sumOf(rows, year) === annual)) {
    add('/annual_sales_idr', 'sales_differ');
  }
  for (const [place, year] of said.entries()) {
    const parts = ['sales_domestic', 'sales_abroad'].map((name) => sumOf(rowsOf(answers[name]), year));
    if (!parts.includes(null) && total(parts) !== sumOf(rows, year))
      add(`/sales/${place}`, 'sales_parts_differ');
  }
  const people = total(CELLS.map((name) => int(workers[name])));
  if (newest === null || newest === 0 || people === 0) return;
  const each = newest / people;
  if (each < LEAST_SALES_OF_A_WORKER || each > MOST_SALES_OF_A_WORKER) {
    add(said.length > 0 ? '/sales' : '/annual_sales_idr', 'sales_far_from_workers');
  }
}

function sums(answers: Answers, name: string, parts: readonly string[], add: Add): void {
  for (const [place, row] of rowsOf(answers[name]).entries()) {
    const [whole, ...said] = ['idr', ...parts].map((each) => int(row[each]));
    if (whole === null || said.includes(null)) continue;
    if (whole !== total(said)) add(`/${name}/${place}`, 'parts_not_total');
  }
}

/** Of a person, an NPWP of 16 digits is the NIK (PMK 112/2022); the number of a place of business begins with it. */
function taxNumbers(answers: Answers, digits: (pointer: string) => string | null, add: Add): void {
  const nik = digits('/answers/owner/nik');
  const asked = ['/owner/npwp', ...(answers.legal_form === 'individual' ? ['/npwp'] : [])];
  for (const where of asked) {
    const npwp = digits(`/answers${where}`);
    const ofPerson = npwp !== null && npwp.length === 16 && !npwp.startsWith('0');
    if (nik !== null && ofPerson && npwp !== nik) add(where, 'npwp_is_not_nik');
  }
  const [place, npwp] = [digits('/answers/nitku'), digits('/answers/npwp')];
  if (place === null || npwp === null || place.length !== 22) return;
  const whole = npwp.length === 15 ? `0${npwp}` : npwp;
  if (whole.length === 16 && !place.startsWith(whole)) add('/nitku', 'nitku_not_of_npwp');
}
