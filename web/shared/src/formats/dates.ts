import type { Language } from '../texts/language.ts';
import { locale, NONE } from './numbers.ts';

/** A day as the API writes it: `2022-09-12`. */
export type Day = string;

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const MS_A_DAY = 86_400_000;

export function isDay(told: unknown): told is Day {
  return typeof told === 'string' && DAY.test(told) && !Number.isNaN(Date.parse(`${told}T00:00:00Z`));
}

/** A day at noon in Greenwich, so that no zone moves it. */
function moment(day: Day): Date {
  return new Date(`${day}T12:00:00Z`);
}

export function toDay(date: Date): Day {
  return date.toISOString().slice(0, 10);
}

export function addDays(day: Day, days: number): Day {
  return toDay(new Date(moment(day).getTime() + days * MS_A_DAY));
}

export function daysBetween(first: Day, last: Day): number {
  return Math.round((moment(last).getTime() - moment(first).getTime()) / MS_A_DAY);
}

const DATE = { day: 'numeric', month: 'long', year: 'numeric' } as const;
const made = new Map<string, Intl.DateTimeFormat>();

function format(language: Language, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = language + JSON.stringify(options);
  let found = made.get(key);
  if (found === undefined) {
    found = new Intl.DateTimeFormat(locale(language), options);
    made.set(key, found);
  }
  return found;
}

/** `12 September 2022`. */
export function longDay(day: Day | null | undefined, language: Language): string {
  if (!day) return NONE;
  return format(language, { ...DATE, timeZone: 'UTC' }).format(moment(day));
}

/** `12 Sep`. */
export function shortDay(day: Day, language: Language): string {
  return format(language, { day: 'numeric', month: 'short', timeZone: 'UTC' }).format(moment(day));
}

/** `Senin, 12 September 2022`. */
export function weekday(day: Day, language: Language): string {
  return format(language, {
    weekday: 'long',
    ...DATE,
    timeZone: 'UTC',
  }).format(moment(day));
}

/** A moment with its time in western Indonesia: `12 September 2022 20.15`. */
export function longMoment(iso: string | null | undefined, language: Language): string {
  if (!iso) return NONE;
  return format(language, {
    ...DATE,
    hour: '2-digit',
    minute: '2-digit',
    timeZone: 'Asia/Jakarta',
  }).format(new Date(iso));
}

/** A time of this machine's clock: `12.04`. */
export function clockTime(ms: number, language: Language): string {
  return format(language, { hour: '2-digit', minute: '2-digit' }).format(new Date(ms));
}

/** The day of a moment in western Indonesia: `12 September 2022`. */
export function dayOf(iso: string | null | undefined, language: Language): string {
  if (!iso) return NONE;
  return format(language, { ...DATE, timeZone: 'Asia/Jakarta' }).format(new Date(iso));
}

/** The month of a day: `September 2022`. */
export function monthOf(day: Day, language: Language): string {
  return format(language, { month: 'long', year: 'numeric', timeZone: 'UTC' }).format(moment(day));
}
