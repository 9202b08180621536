// A form from its schema: pages, questions, which of them are asked, and the answers that are put in.

import { mustBeKnown, resolved, type Schema, type When, type Words } from './schema.ts';

export type Answers = Readonly<Record<string, unknown>>;
/** Names from the answers on; a number is the row of a table. */
export type Path = readonly (string | number)[];

/** How a question is answered. `choices`: several of the words; `texts`: a list of texts; `table`: rows of `inner`. */
export type Kind =
  | 'text'
  | 'integer'
  | 'number'
  | 'boolean'
  | 'date'
  | 'moment'
  | 'choice'
  | 'choices'
  | 'texts'
  | 'block'
  | 'table';

export interface Question {
  /** From the answers on, or within its row. */
  path: readonly string[];
  kind: Kind;
  label: Words;
  help: Words | null;
  required: boolean;
  /** Personal data, to be protected on the tablet. */
  sealed: boolean;
  choices: readonly { value: string; label: Words }[];
  when: When | null;
  /** Of a table: how many rows it may have. */
  most: number | null;
  /** Questions of a block, or of each row of a table. */
  inner: readonly Question[];
  schema: Schema;
}

export interface Page {
  name: string;
  title: Words;
  questions: readonly Question[];
}

const KINDS: Readonly<Record<string, Kind>> = { integer: 'integer', number: 'number', boolean: 'boolean' };

export class Form {
  readonly questions: readonly Question[];

  /** @throws NewerForm if the schema has keywords that this app does not know. */
  constructor(readonly schema: Schema) {
    mustBeKnown(schema);
    this.questions = this.questionsOf(schema, []);
  }

  /** Page by page, in the order in which it is asked; one page with everything where the schema has none. */
  pages(): Page[] {
    const said = this.schema['x-pages'];
    if (said === undefined) return [{ name: '', title: { id: '', en: '' }, questions: this.questions }];
    const byName = new Map(this.questions.map((each) => [`/${each.path[0]}`, each]));
    return said.map((page) => ({
      name: page.name,
      title: { id: page['x-label-id'], en: page['x-label-en'] },
      questions: [...new Set(page.questions)]
        .map((name) => byName.get(name))
        .filter((each) => each !== undefined),
    }));
  }

  /** Whether a question is asked after these answers: its own condition holds, and that of its block. */
  isAsked(question: Question, answers: Answers): boolean {
    return this.conditions(question.path).every((when) => holds(when, answers) === true);
  }

  /** Pages with the questions that are asked, or answered already; a page without any is left out. */
  asked(answers: Answers): Page[] {
    const shown = (question: Question) =>
      this.isAsked(question, answers) || at(answers, question.path) != null;
    const inside = (question: Question): Question =>
      question.kind === 'block' ? { ...question, inner: question.inner.filter(shown) } : question;
    const pages = this.pages().map((page) => ({
      ...page,
      questions: page.questions.filter(shown).map(inside),
    }));
    return pages.filter((page) => page.questions.length > 0);
  }

  /** Numbers by which the business is known, as they were typed: kind and text. */
  numbers(answers: Answers): [string, string][] {
    const found = (questions: readonly Question[]): [string, string][] =>
      questions.flatMap((each): [string, string][] => {
        if (each.kind === 'block') return found(each.inner);
        const [kind, value] = [each.schema['x-number'], at(answers, each.path)];
        return kind !== undefined && IDENTITIES.has(kind) && typeof value === 'string' ? [[kind, value]] : [];
      });
    return found(this.questions);
  }

  /** Whether the form asks for numbers by which a business is known; a visit without an interview does not. */
  get identifies(): boolean {
    const any = (questions: readonly Question[]): boolean =>
      questions.some((each) => any(each.inner) || IDENTITIES.has(each.schema['x-number'] ?? ''));
    return any(this.questions);
  }

  /** The conditions on the way to a question, its own last. */
  conditions(path: readonly string[]): When[] {
    const found: When[] = [];
    let questions = this.questions;
    for (let length = 1; length <= path.length; length += 1) {
      const each = questions.find((question) => question.path[length - 1] === path[length - 1]);
      if (each === undefined) break;
      if (each.when !== null) found.push(each.when);
      questions = each.inner;
    }
    return found;
  }

  private questionsOf(block: Schema, path: readonly string[]): Question[] {
    return Object.entries(block.properties ?? {}).map(([name, said]) => {
      const asked = resolved(this.schema, said);
      const items = asked.items === undefined ? {} : resolved(this.schema, asked.items);
      const kind = kindOf(asked, items);
      const here = [...path, name];
      const choices = Object.entries(asked['x-choices'] ?? {}).map(([value, label]) => ({ value, label }));
      const inner =
        kind === 'block'
          ? this.questionsOf(asked, here)
          : kind === 'table'
            ? this.questionsOf(items, [])
            : [];
      const [id, en] = [said['x-label-id'] ?? name, said['x-label-en'] ?? name];
      const help =
        said['x-help-id'] === undefined ? null : { id: said['x-help-id'], en: said['x-help-en'] ?? '' };
      return {
        ...{ path: here, kind, label: { id, en }, help, choices, inner, schema: asked },
        required: (block.required ?? []).includes(name),
        sealed: said['x-sealed'] !== false,
        when: said['x-when'] ?? null,
        most: asked.maxItems ?? null,
      };
    });
  }
}

const IDENTITIES: ReadonlySet<string> = new Set(['nik', 'nib', 'cooperative_number', 'passport', 'kitas']);

function kindOf(asked: Schema, items: Schema): Kind {
  if (asked.properties !== undefined) return 'block';
  if (asked.type === 'array')
    return items.properties !== undefined ? 'table' : items.enum !== undefined ? 'choices' : 'texts';
  if (asked.enum !== undefined) return 'choice';
  if (asked.format === 'date') return 'date';
  if (asked.format === 'date-time') return 'moment';
  return KINDS[asked.type ?? ''] ?? 'text';
}

/** Whether a condition holds; null where the question that it is about was not answered. */
export function holds(when: When, answers: Answers): boolean | null {
  const said = at(answers, when.question.split('/').slice(1));
  if (said === null || said === undefined) return null;
  const among = (each: unknown) => when.of.some((value) => value === each);
  return Array.isArray(said) ? said.some(among) : among(said);
}

/** The answer at a place; undefined where there is none. */
export function at(answers: unknown, path: Path): unknown {
  let value = answers;
  for (const name of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
    value = (value as Record<string | number, unknown>)[name];
  }
  return value;
}

/** The answers with another one at a place; undefined takes it away, and with it what is left empty around it. */
export function put(answers: Answers, path: Path, value: unknown): Answers {
  return (changed(answers, path, value) ?? {}) as Answers;
}

function changed(holder: unknown, path: Path, value: unknown): unknown {
  const [name, ...rest] = path;
  if (name === undefined) return value;
  if (typeof name === 'number') {
    const rows: unknown[] = Array.isArray(holder) ? [...holder] : [];
    const row = changed(rows[name], rest, value);
    if (rest.length === 0 && value === undefined) rows.splice(name, 1);
    else rows[name] = row ?? {};
    return rows.length === 0 ? undefined : rows;
  }
  const made: Record<string, unknown> =
    typeof holder === 'object' && holder !== null && !Array.isArray(holder) ? { ...holder } : {};
  const inside = changed(made[name], rest, value);
  if (inside === undefined) delete made[name];
  else made[name] = inside;
  return Object.keys(made).length === 0 ? undefined : made;
}
