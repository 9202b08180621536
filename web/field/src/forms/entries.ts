// What is typed into a list, a time, or a text with a bound, as an answer and back.

import { localTime } from '@kumkm/protocol/batches.ts';
import type { Answers } from '@kumkm/shared/forms/form.ts';

/** The entries of a list of texts, one on each line; a line without a sign is none. Undefined: no entry. */
export function entriesOf(text: string): string[] | undefined {
  const found = text.split('\n').filter((line) => line.trim() !== '');
  return found.length === 0 ? undefined : found;
}

/** The answers as they are recorded: without rows that were added and left empty, and without blank entries. */
export function withoutBlanks(answers: Answers): Answers {
  return (filled(answers) ?? {}) as Answers;
}

function filled(value: unknown): unknown {
  if (Array.isArray(value)) {
    const entries = value.map(filled).filter((each) => each !== undefined && !isBlank(each));
    return entries.length === 0 ? undefined : entries;
  }
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).map(([name, each]) => [name, filled(each)] as const);
  const left = members.filter(([, each]) => each !== undefined);
  return left.length === 0 ? undefined : Object.fromEntries(left);
}

const isBlank = (entry: unknown) => entry === null || (typeof entry === 'string' && entry.trim() === '');

/** A time as the tablet's own clock shows it, to the minute (`2022-09-12T09:14`); empty where it is none. */
export function shownMoment(value: unknown): string {
  const moment = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isNaN(moment) ? '' : localTime(moment).slice(0, 16);
}

/**
 * The answer where a time of the tablet's own clock was chosen: with its offset, corrected by nobody. The same minute is the
 * same answer: a visit is known by its time.
 */
export function saidMoment(chosen: string, before: unknown): string | undefined {
  if (chosen === '') return undefined;
  if (chosen === shownMoment(before)) return String(before);
  const moment = Date.parse(chosen); // without an offset: that of the tablet
  return Number.isNaN(moment) ? (before as string | undefined) : localTime(moment);
}

/** Signs as the server counts them. */
export const signsIn = (text: string): number => Array.from(text).length;

/** Told from so many signs before the bound on, or from four fifths of a short text. */
const NEAR = 30;

/** How many signs a text may still have, below zero how many it has too many; null while that is far off. */
export function signsLeft(text: string, most: number): number | null {
  const left = most - signsIn(text);
  return left <= Math.min(NEAR, Math.floor(most / 5)) ? left : null;
}
