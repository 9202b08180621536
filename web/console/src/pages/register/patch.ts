import type { Language } from '@kumkm/shared/texts/language.ts';
import { type Question, questionsOf, steps } from '../../parts/answers/questions.ts';

/** A question whose answer can be corrected by itself: no block, and nothing within a list of blocks. */
export interface Field {
  /** RFC 6901, from the answers on. */
  readonly pointer: string;
  readonly label: string;
  readonly block: string | undefined;
  readonly question: Question;
}

/** What of a questionnaire can be corrected. A list of blocks is changed as a whole only, which is no form's work. */
export function fieldsOf(questionnaire: string, language: Language): Field[] {
  return questionsOf(questionnaire).flatMap((question): Field[] => {
    if (question.inner === undefined) {
      return [{ pointer: `/${question.name}`, label: question[language], block: undefined, question }];
    }
    if (question.type === 'array') return [];
    return question.inner.map((inner) => ({
      pointer: `/${question.name}/${inner.name}`,
      label: inner[language],
      block: question[language],
      question: inner,
    }));
  });
}

/** What stands at a pointer; undefined where nothing does. */
export function valueAt(answers: Readonly<Record<string, unknown>>, pointer: string): unknown {
  let found: unknown = answers;
  for (const step of steps(pointer)) {
    if (typeof found !== 'object' || found === null || Array.isArray(found)) return undefined;
    found = Object.entries(found).find(([name]) => name === step)?.[1];
  }
  return found;
}

/** What somebody typed, as the questionnaire wants it; undefined where it is none. */
export function parsed(text: string, question: Question): unknown {
  const trimmed = text.trim();
  if (question.type === 'integer' || question.type === 'number') {
    const plain = trimmed.replaceAll(/[\s.]/g, '').replace(',', '.');
    const value = Number(plain);
    if (plain === '' || Number.isNaN(value)) return undefined;
    return question.type === 'integer' && !Number.isInteger(value) ? undefined : value;
  }
  if (question.type === 'boolean') return trimmed === 'true' ? true : trimmed === 'false' ? false : undefined;
  if (question.type === 'array') {
    return trimmed
      .split(';')
      .map((each) => each.trim())
      .filter((each) => each !== '');
  }
  return trimmed === '' ? undefined : trimmed;
}

/** An answer as it is typed. */
export function typed(value: unknown): string {
  if (value === null || value === undefined) return '';
  return Array.isArray(value) ? value.map(String).join('; ') : String(value);
}

interface Block {
  [name: string]: unknown;
}

function isBlock(value: unknown): value is Block {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A JSON merge patch (RFC 7396) that sets these answers; null takes one away. */
export function patchOf(changes: ReadonlyMap<string, unknown>): Block {
  const patch: Block = {};
  for (const [pointer, value] of changes) {
    const way = steps(pointer);
    const last = way.pop();
    let at = patch;
    for (const step of way) {
      const next = at[step];
      const inner: Block = isBlock(next) ? next : {};
      at[step] = inner;
      at = inner;
    }
    if (last !== undefined) at[last] = value;
  }
  return patch;
}
