import { count, percent, rate } from '@kumkm/shared/formats/numbers.ts';
import type { Language } from '@kumkm/shared/texts/language.ts';
import { labelOf, newestOf } from '../../parts/answers/questions.ts';
import { quality } from '../../texts/quality.ts';

type Numbers = Readonly<Record<string, number>>;

const DIGITS = 1;

/** A share of the API, from 0 to 1: `72,5 %`. */
export function shareOf(share: number | undefined, language: Language): string {
  return percent(share === undefined ? undefined : share * 100, language, DIGITS);
}

/** How large a part is; of nothing there is none. */
export function partOf(some: number, all: number, language: Language): string {
  return shareOf(all === 0 ? undefined : some / all, language);
}

/** How far an enumerator is from the others: the share, what is usual, and the deviations, each by its name. */
export function figuresOf(numbers: Numbers, language: Language): readonly (readonly [string, string])[] {
  const t = quality[language];
  return [
    ...(numbers.share === undefined ? [] : [[t.share, shareOf(numbers.share, language)] as const]),
    ...(numbers.usual === undefined ? [] : [[t.usual, shareOf(numbers.usual, language)] as const]),
    ...(numbers.least === undefined ? [] : [[t.again.expected, shareOf(numbers.least, language)] as const]),
    [t.deviations, rate(numbers.deviations, language)],
  ];
}

/** How far above or below what is usual. */
export function awayOf(deviations: number, language: Language): string {
  const t = quality[language];
  const far = rate(Math.abs(deviations), language);
  return deviations < 0 ? t.below(far) : t.above(far);
}

/** What a record's flag rests on, as far as its sentence does not say it. */
export function restOf(code: string, numbers: Numbers, language: Language): readonly string[] {
  const t = quality[language];
  const { deviations, compared_with, points, metres_outside, answers } = numbers;
  const of = (value: number | undefined, word: (figure: string) => string) =>
    value === undefined ? [] : [word(count(value, language))];
  if (code === 'out_of_range') {
    return Object.entries(numbers).map(
      ([kind, far]) => `${amountOf(kind, language)}: ${awayOf(far, language)}`,
    );
  }
  return [
    ...(deviations === undefined ? [] : [awayOf(deviations, language)]),
    ...(metres_outside === undefined || metres_outside <= 0 ? [] : of(metres_outside, t.outside)),
    ...of(answers, t.ofAnswers),
    ...of(compared_with, t.comparedRecords),
    ...of(points, t.comparedPoints),
  ];
}

const UNIT = / \(\w+\)$/;
const FORMS = [newestOf('umkm'), newestOf('koperasi')];

/** What a question about an amount is called in its form; a deviation is in no unit. */
function amountOf(kind: string, language: Language): string {
  const labels = FORMS.flatMap((form) => labelOf(form, `/${kind}`, language) ?? []);
  return labels[0]?.replace(UNIT, '') ?? kind;
}
