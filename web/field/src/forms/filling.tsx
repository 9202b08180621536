// One form while it is filled in: answers, what was typed and is no answer, findings; every stroke is kept.

import {
  type Checked,
  checkAll,
  type Finding,
  type Ground,
  unknownActivity,
} from '@kumkm/shared/forms/checking.ts';
import { type Answers, at, type Form, type Path, put, type Question } from '@kumkm/shared/forms/form.ts';
import { type Typed, typed } from '@kumkm/shared/forms/typing.ts';
import { createContext, useContext } from 'react';
import type { Draft } from '../storage/drafts.ts';
import { pointerOf } from './typed.ts';

export interface Filling {
  readonly form: Form;
  readonly draft: Draft;
  readonly ground: Ground;
  readonly checked: Checked;
  /** Of KBLI, where the answers say none: the campaign's first one; null where it is not known. */
  readonly edition: string | null;
  /** The year of sums that say none: that of the answers, or else the campaign's; null where neither is known. */
  readonly year: number | null;
  /** Kinds of numbers that are probably recorded already. */
  readonly known: readonly string[];
  /** Whether errors of questions without an answer are shown, too. */
  readonly shownAll: boolean;
  /** Put an answer; undefined takes it away. */
  readonly answer: (path: Path, value: unknown) => void;
  /** What was typed into a question with a number in it. */
  readonly type: (question: Question, path: Path, text: string) => void;
  /** Somebody is at this question now. */
  readonly visit: (pointer: string) => void;
}

const Context = createContext<Filling | null>(null);
export const FillingProvider = Context.Provider;

export function useFilling(): Filling {
  const filling = useContext(Context);
  if (filling === null) throw new Error('outside of a form');
  return filling;
}

/** The draft after something was typed: an answer, or a text that is none yet. */
export function afterTyping(draft: Draft, question: Question, path: Path, text: string): Draft {
  const said: Typed = typed(question, text);
  const { [pointerOf(path)]: _before, ...others } = draft.typed;
  if ('fault' in said)
    return {
      ...draft,
      answers: put(draft.answers, path, undefined),
      typed: { ...others, [pointerOf(path)]: text },
    };
  return { ...draft, answers: put(draft.answers, path, said.value), typed: others };
}

/** The draft after an answer was chosen, or taken away. Rows behind one that is removed move up. */
export function afterAnswer(draft: Draft, path: Path, value: unknown): Draft {
  const typed: Record<string, string> = {};
  for (const [pointer, text] of Object.entries(draft.typed)) {
    const moved = afterRemoval(pointer, path, value);
    if (moved !== null) typed[moved] = text;
  }
  return { ...draft, answers: put(draft.answers, path, value), typed };
}

/** Where a text that is no answer yet stands afterwards; null where it is gone. */
function afterRemoval(pointer: string, path: Path, value: unknown): string | null {
  const here = pointerOf(path);
  if (pointer === here || pointer.startsWith(`${here}/`)) return null;
  const row = path.at(-1);
  if (typeof row !== 'number' || value !== undefined) return pointer;
  const table = `${pointerOf(path.slice(0, -1))}/`;
  const [place = '', ...rest] = pointer.startsWith(table) ? pointer.slice(table.length).split('/') : [];
  return Number(place) > row ? `${table}${[Number(place) - 1, ...rest].join('/')}` : pointer;
}

/** The year of sums that do not say their own: the answer, or else the last one that was over when the campaign began. */
export function yearOf(answers: Answers, startsOn: string | undefined): number | null {
  const { reference_year } = answers;
  if (typeof reference_year === 'number') return reference_year;
  return startsOn === undefined ? null : Number(startsOn.slice(0, 4)) - 1;
}

/** Errors and doubts by pointer from the answers on, each once. */
export function codesAt(findings: readonly Finding[], path: Path): string[] {
  const here = `/answers${pointerOf(path)}`;
  return [...new Set(findings.filter((each) => each.pointer === here).map((each) => each.code))];
}

/** What is found, with what was typed and can be no answer. */
export function look(form: Form, draft: Draft, ground: Ground): Checked {
  const { errors, doubts } = checkAll(form, draft.answers, ground);
  const typedWrong = Object.keys(draft.typed).map((pointer) => ({
    pointer: `/answers${pointer}`,
    code: 'not_a_number',
  }));
  const isTyped = ({ pointer }: Finding) => typedWrong.some((each) => each.pointer === pointer);
  // A text that is no number is no missing answer.
  return {
    errors: [...errors.filter((each) => !isTyped(each)), ...typedWrong],
    doubts: [...doubts, ...unknownActivity(draft.answers, ground)].filter((each) => !isTyped(each)),
  };
}

/**
 * The question that a finding leads to, by its pointer from the form on; null where it is about no question. A record that
 * nothing identifies leads to the first number that would.
 */
export function leadsTo(form: Form, { pointer, code }: Finding): string | null {
  const place = pointer.replace(/^\/answers/, '');
  if (place !== '') return place;
  const number = (questions: readonly Question[]): Question | undefined =>
    questions
      .flatMap((each) => (each.kind === 'block' ? [number(each.inner) ?? each] : [each]))
      .find((each) => ['nik', 'cooperative_number'].includes(each.schema['x-number'] ?? ''));
  const found = code === 'unidentified' ? number(form.questions) : undefined;
  return found === undefined ? null : pointerOf(found.path);
}

/** The number of the page on which a finding is, -1 where no page has it. */
export function pageOf(pages: readonly { questions: readonly Question[] }[], pointer: string): number {
  const name = pointer.replace(/^(\/answers)?\//, '').split('/')[0] ?? '';
  return pages.findIndex((page) => page.questions.some((each) => each.path[0] === name));
}

/** Whether there is an answer at a place. */
export function isAnswered(answers: Answers, path: Path): boolean {
  const value = at(answers, path);
  return value !== undefined && value !== null;
}
