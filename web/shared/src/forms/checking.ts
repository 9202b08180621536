// Errors and doubts of answers, as the server has them: the same pointers and the same codes (`openapi/vectors/forms.json`).
//
// Errors make an item invalid; doubts are warnings. What needs the server's lists of regions it says alone.

import { checkNumber, isDay, isName, type Ground as Numbers, stripped } from '@kumkm/protocol/identifiers.ts';
import { sizeClass } from '@kumkm/protocol/size-class.ts';
import { doubtful, int, rowsOf, sumOf, yearsOf } from './consistency.ts';
import { type Answers, at, type Form, holds, type Path, put, type Question } from './form.ts';
import { hidesNumber } from './long-number.ts';
import { allowsNull, resolved, type Schema } from './schema.ts';

/** An RFC 6901 pointer from the item on, and a stable code. */
export interface Finding {
  pointer: string;
  code: string;
}

export interface Checked {
  errors: Finding[];
  doubts: Finding[];
}

export interface Ground extends Numbers {
  /** The year whose sales the campaign asks about; null where it is not known. */
  referenceYear: number | null;
  /** Whether an edition of KBLI has a code; null where the list is not here. `edition`: null for the campaign's first one. */
  hasActivity?: (edition: string | null, code: string) => boolean | null;
}

const UNKNOWN_SAID = 20;

export function check(form: Form, answers: Answers, ground: Ground): Checked {
  const unstorable = [...unstorableIn(answers, '/answers')];
  if (unstorable.length > 0) return { errors: unstorable, doubts: [] };
  const misshapen = [...shape(form.schema, form.schema, answers, '/answers')];
  if (misshapen.length > 0) return { errors: misshapen, doubts: [] };
  const found = new Meaning(form, ground);
  found.block(form.questions, answers, '/answers');
  return found.told(answers);
}

/**
 * All that is found at once, for people: what is misshapen as the server says it, and beside it what would only be found when
 * that is mended. An answer with an error is left out of what comes after it, so that nothing is said because of it.
 */
export function checkAll(form: Form, answers: Answers, ground: Ground): Checked {
  const errors: Finding[] = [];
  let sound = answers;
  const found = (more: Iterable<Finding>) => {
    for (const each of more) {
      if (!errors.some(({ pointer }) => pointer === each.pointer)) errors.push(each);
      sound = without(sound, each.pointer);
    }
  };
  found([...unstorableIn(sound, '/answers')]);
  found([...shape(form.schema, form.schema, sound, '/answers')]);
  const meaning = new Meaning(form, ground);
  meaning.block(form.questions, sound, '/answers');
  found(meaning.errors);
  const left = new Meaning(form, ground);
  left.block(form.questions, sound, '/answers');
  const isSaid = ({ pointer, code }: Finding) =>
    errors.some((each) => each.pointer === pointer) ||
    // Whether it can be identified is known when the numbers with errors are mended.
    (code === 'unidentified' && form.numbers(answers).length > 0);
  return { errors, doubts: left.told(sound).doubts.filter((each) => !isSaid(each)) };
}

/** The answers without the one at a pointer; without the whole list where it is an entry of a list of texts. */
function without(answers: Answers, pointer: string): Answers {
  const path: Path = pointer
    .split('/')
    .slice(2)
    .map((name) => (/^\d+$/.test(name) ? Number(name) : name.replaceAll('~1', '/').replaceAll('~0', '~')));
  const place = typeof path.at(-1) === 'number' ? path.slice(0, -1) : path;
  return place.length === 0 || at(answers, place) === undefined ? answers : put(answers, place, undefined);
}

/** Texts that cannot be stored: NUL, and halves of surrogate pairs. */
function* unstorableIn(value: unknown, where: string): Generator<Finding> {
  if (typeof value === 'string') {
    if (/\p{Cs}|\0/u.test(value)) yield { pointer: where, code: 'text_not_storable' };
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, inner] of Object.entries(value))
      yield* unstorableIn(inner, `${where}/${escaped(name)}`);
  }
}

function* shape(whole: Schema, said: Schema, value: unknown, where: string): Generator<Finding> {
  if (value === null && allowsNull(said)) return;
  const schema = resolved(whole, said);
  const fault = faultOf(schema, value);
  if (fault !== null) {
    yield { pointer: where, code: fault };
  } else if (Array.isArray(value)) {
    for (const [place, each] of value.entries())
      yield* shape(whole, schema.items ?? {}, each, `${where}/${place}`);
  } else if (typeof value === 'object' && value !== null) {
    for (const name of schema.required ?? []) {
      if (!Object.hasOwn(value, name)) yield { pointer: `${where}/${name}`, code: 'field_required' };
    }
    for (const [name, each] of Object.entries(schema.properties ?? {})) {
      if (Object.hasOwn(value, name)) yield* shape(whole, each, at(value, [name]), `${where}/${name}`);
    }
  }
}

/** What is wrong with the value itself, not with the values inside it. */
function faultOf(schema: Schema, value: unknown): string | null {
  if (schema.enum !== undefined)
    return typeof value === 'string' && schema.enum.includes(value) ? null : 'not_a_choice';
  if (schema.format === 'date') return isIsoDay(value) ? null : 'not_a_date';
  if (schema.format === 'date-time') return isMoment(value) ? null : 'not_a_date';
  if (!isOfType(schema.type, value)) return 'wrong_type';
  if (typeof value === 'number' || typeof value === 'bigint') {
    const { minimum = value, maximum = value } = schema;
    return minimum <= value && value <= maximum ? null : 'number_out_of_range';
  }
  if (typeof value === 'string') {
    const length = Array.from(value).length;
    if (length < (schema.minLength ?? 0)) return 'too_short';
    return length > (schema.maxLength ?? length) ? 'too_long' : null;
  }
  return Array.isArray(value) && value.length > (schema.maxItems ?? value.length) ? 'too_long' : null;
}

function isOfType(type: string | undefined, value: unknown): boolean {
  switch (type) {
    case 'integer':
      return typeof value === 'bigint' || Number.isInteger(value);
    case 'number':
      return typeof value === 'bigint' || typeof value === 'number';
    case 'array':
      return Array.isArray(value);
    case 'object':
      return typeof value === 'object' && value !== null && !Array.isArray(value);
    case 'string':
    case 'boolean':
      return typeof value === type;
    default:
      return true;
  }
}

export function isIsoDay(value: unknown): boolean {
  const found = typeof value === 'string' ? /^(\d{4})-(\d{2})-(\d{2})$/.exec(value) : null;
  return (
    found !== null && Number(found[1]) > 0 && isDay(Number(found[1]), Number(found[2]), Number(found[3]))
  );
}

/** A time with its offset (RFC 3339), from 1900 to 2199. */
function isMoment(value: unknown): boolean {
  const shaped = /^(\d{4})-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})$/i;
  const found = typeof value === 'string' ? shaped.exec(value) : null;
  if (found === null || !isIsoDay(String(value).slice(0, 10))) return false;
  return Number(found[1]) >= 1900 && Number(found[1]) < 2200 && !Number.isNaN(Date.parse(String(value)));
}

/** What is wrong or doubtful in answers of the right shape. */
class Meaning {
  readonly errors: Finding[] = [];
  private readonly doubts: Finding[] = [];
  private readonly unknown: Finding[] = [];
  /** Numbers as digits, by where they stand. */
  private readonly digits = new Map<string, string>();

  constructor(
    private readonly form: Form,
    private readonly ground: Ground,
  ) {}

  block(questions: readonly Question[], answers: object, where: string): void {
    const known = new Map(questions.map((each) => [each.path.at(-1) ?? '', each]));
    for (const [name, value] of Object.entries(answers)) {
      const [question, here] = [known.get(name), `${where}/${escaped(name)}`];
      if (question === undefined) this.unknown.push({ pointer: here, code: 'unknown_field' });
      else if (value !== null) this.answer(question, value, here);
    }
  }

  told(answers: Answers): Checked {
    if (this.errors.length > 0) return { errors: this.errors, doubts: [] };
    const doubts = [...this.unknown.slice(0, UNKNOWN_SAID), ...this.doubts];
    const add = (where: string, code: string) => doubts.push({ pointer: `/answers${where}`, code });
    if (this.form.identifies && this.form.numbers(answers).length === 0) add('', 'unidentified');
    this.visit(answers, add);
    for (const name of ['started_year', 'founded_year']) {
      const year = this.asks(name) ? int(at(answers, [name])) : null;
      if (year !== null && year > Number(this.ground.today.slice(0, 4))) add(`/${name}`, 'started_in_future');
    }
    this.ofOwner(answers, add);
    this.size(answers, add);
    if (this.form.schema['x-pages'] !== undefined) {
      for (const pointer of this.notAsked(answers)) add(pointer, 'question_not_asked');
      doubts.push(...doubtful(this.form, answers, (pointer) => this.digits.get(pointer) ?? null));
    }
    return { errors: [], doubts };
  }

  private asks(name: string): boolean {
    return this.form.questions.some((each) => each.path[0] === name);
  }

  private answer(question: Question, value: unknown, where: string): void {
    const { schema, kind } = question;
    if (kind === 'block') {
      this.block(question.inner, value as object, where);
      return;
    }
    const divided = kind === 'table' && !question.sealed && question.inner.some((each) => each.sealed);
    if (divided) {
      for (const [place, row] of rowsOf(value).entries())
        this.block(question.inner, row, `${where}/${place}`);
    } else if (!question.sealed && ['text', 'texts', 'table'].includes(kind) && hidesNumber(value)) {
      this.doubts.push({ pointer: where, code: 'long_number_in_text' });
    }
    const text = typeof value === 'string' ? value : '';
    const inTable = question.path.length === 1 && !this.form.questions.includes(question);
    if (inTable) return; // columns have shapes only
    if (schema['x-name'] === true && !isName(text))
      this.errors.push({ pointer: where, code: 'name_without_letters' });
    if (schema['x-number'] !== undefined) {
      const { digits, fault } = checkNumber(schema['x-number'], text, this.ground);
      this.digits.set(where, fault === null ? digits : text);
      if (fault !== null)
        (schema['x-doubt'] === true ? this.doubts : this.errors).push({ pointer: where, code: fault });
    }
    if (schema['x-list'] === 'kbli') this.activity(text.trim(), where);
  }

  private activity(code: string, where: string): void {
    if (!/^[0-9]{5}$/.test(code)) this.errors.push({ pointer: where, code: 'kbli_not_five_digits' });
  }

  /** Answers to questions that another answer says are not asked. */
  private *notAsked(answers: Answers): Generator<string> {
    const questions = this.form.questions.flatMap((each) => [
      each,
      ...(each.kind === 'block' ? each.inner : []),
    ]);
    for (const { path, when } of questions) {
      const said = at(answers, path);
      if (when !== null && said !== undefined && said !== null && holds(when, answers) === false)
        yield `/${path.join('/')}`;
    }
  }

  private visit(answers: Answers, add: (where: string, code: string) => void): void {
    if (!this.asks('result')) return;
    const { result, reason, visited_at, next_visit_on } = answers;
    if (result === 'refused' && String(reason ?? '').trim() === '') add('/reason', 'refusal_without_reason');
    if (typeof next_visit_on !== 'string') return;
    if (result !== 'absent') add('/next_visit_on', 'next_visit_needless');
    else if (typeof visited_at === 'string' && next_visit_on < visited_at.slice(0, 10)) {
      add('/next_visit_on', 'next_visit_before_visit');
    }
  }

  /** A NIK says the birth date and the sex of its owner. */
  private ofOwner(answers: Answers, add: (where: string, code: string) => void): void {
    const nik = this.digits.get('/answers/owner/nik');
    if (nik === undefined) return;
    const said = Number(nik.slice(6, 8));
    const [day, sex] = said > 40 ? [said - 40, 'female'] : [said, 'male'];
    const [born, saidSex] = [at(answers, ['owner', 'birth_date']), at(answers, ['owner', 'sex'])];
    const short = `${nik.slice(10, 12)}-${nik.slice(8, 10)}-${String(day).padStart(2, '0')}`;
    if (typeof born === 'string' && born.slice(2) !== short)
      add('/owner/birth_date', 'nik_birth_date_differs');
    if (typeof saidSex === 'string' && saidSex !== sex) add('/owner/sex', 'nik_sex_differs');
  }

  private size(answers: Answers, add: (where: string, code: string) => void): void {
    if (!this.form.identifies) return;
    const table = this.asks('business_volume_idr') ? 'business_volume' : 'sales';
    const [rows, capital] = [rowsOf(at(answers, [table])), int(at(answers, ['founding_capital_idr']))];
    const year = this.ground.referenceYear;
    let sales = int(at(answers, [table === 'sales' ? 'annual_sales_idr' : 'business_volume_idr']));
    if (this.asks(table) && yearsOf(rows).length > 0) {
      if (year === null) return; // the campaign says which year counts
      const ofYear = sumOf(rows, year);
      if (ofYear === null) add(`/${table}`, 'sales_of_other_year');
      else sales = ofYear;
    }
    if (sizeClass(sales, capital) === 'large') add('', 'size_class_large');
  }
}

/** Whether a code is not in its edition, as far as the list is here: then an officer finds the right one. */
export function unknownActivity(answers: Answers, ground: Ground): Finding[] {
  const { kbli, kbli_version } = answers;
  if (typeof kbli !== 'string') return [];
  const edition = typeof kbli_version === 'string' ? kbli_version : null;
  const known = ground.hasActivity?.(edition, stripped(kbli)) ?? null;
  return known === false ? [{ pointer: '/answers/kbli', code: 'kbli_unknown' }] : [];
}

function escaped(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}
