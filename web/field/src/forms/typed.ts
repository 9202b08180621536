// What was typed where a number is asked, and is none.

import { type Answers, type Form, type Path, put, type Question } from '@kumkm/shared/forms/form.ts';
import type { Draft } from '../storage/drafts.ts';

export const pointerOf = (path: Path): string => `/${path.join('/')}`;

/**
 * The answers as they are recorded: a text that is no number stands where the number would, so that the server finds it and asks
 * it back. What somebody typed is never left out.
 */
export function withTyped({ answers, typed }: Pick<Draft, 'answers' | 'typed'>): Answers {
  return Object.entries(typed).reduce((made, [pointer, text]) => put(made, pathOf(pointer), text), answers);
}

/** The other way round, of what was asked back: texts where the form asks for numbers are typed, and no answers. */
export function apart(form: Form, recorded: Answers): Pick<Draft, 'answers' | 'typed'> {
  const typed: Record<string, string> = {};
  const looked = (
    value: unknown,
    path: Path,
    question: Question | null,
    among: readonly Question[],
  ): void => {
    if (Array.isArray(value))
      for (const [at, each] of value.entries()) looked(each, [...path, at], question, among);
    else if (typeof value === 'object' && value !== null)
      for (const [name, each] of Object.entries(value)) {
        const inner = among.find((it) => it.path.at(-1) === name);
        if (inner !== undefined) looked(each, [...path, name], inner, inner.inner);
      }
    else if (typeof value === 'string' && (question?.kind === 'integer' || question?.kind === 'number'))
      typed[pointerOf(path)] = value;
  };
  looked(recorded, [], null, form.questions);
  // In a row of a table nothing may move up: a place stays, and is empty.
  const answers = Object.keys(typed).reduce(
    (made, pointer) => put(made, pathOf(pointer), undefined),
    recorded,
  );
  return { answers, typed };
}

const pathOf = (pointer: string): Path =>
  pointer
    .split('/')
    .slice(1)
    .map((name) => (/^\d+$/.test(name) ? Number(name) : name));
