// What is typed into a question, as an answer.

import { stripped } from '@kumkm/protocol/identifiers.ts';
import type { Question } from './form.ts';

/** An answer, nothing (undefined), or the code of why it can be none. */
export type Typed = { value: unknown } | { fault: 'not_a_number' | 'number_too_large' };

/**
 * The answer in a text: whole numbers with or without dots between thousands, other numbers with a comma. An empty text is
 * no answer. Whole numbers that a double does not hold are not taken.
 */
export function typed(question: Pick<Question, 'kind'>, text: string): Typed {
  const plain = text.trim();
  if (plain === '') return { value: undefined };
  if (question.kind === 'integer') return whole(stripped(plain.replace(/^[-−]/, '')), /^[-−]/.test(plain));
  if (question.kind === 'number') return decimal(plain);
  return { value: text };
}

function whole(digits: string, below: boolean): Typed {
  if (!/^\d+$/.test(digits)) return { fault: 'not_a_number' };
  const value = Number(digits) * (below ? -1 : 1);
  return Number.isSafeInteger(value) ? { value: value === 0 ? 0 : value } : { fault: 'number_too_large' };
}

function decimal(text: string): Typed {
  if (!/^\d{1,3}(\.\d{3})*(,\d+)?$|^\d+([.,]\d+)?$/.test(text)) return { fault: 'not_a_number' };
  const thousands = /^[1-9]\d{0,2}(\.\d{3})+(,\d+)?$/.test(text);
  const value = Number((thousands ? text.replaceAll('.', '') : text).replace(',', '.'));
  return Number.isFinite(value) && value <= Number.MAX_SAFE_INTEGER
    ? { value }
    : { fault: 'number_too_large' };
}

/** An activity of the list. */
export interface Activity {
  code: string;
  title: string;
}

const MOST_FOUND = 15;

/** Activities whose titles have words that begin so, in any order; short titles first. */
export function activities(list: readonly Activity[], words: string): Activity[] {
  const asked = wordsOf(words);
  if (asked.length === 0) return [];
  const found = list.filter(({ code, title }) => {
    const said = [...wordsOf(title), code];
    return asked.every((word) => said.some((each) => each.startsWith(word)));
  });
  found.sort((one, other) => one.title.length - other.title.length || (one.code < other.code ? -1 : 1));
  return found.slice(0, MOST_FOUND);
}

function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}_]+/gu) ?? [];
}
