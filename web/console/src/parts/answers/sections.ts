import type { Language } from '@kumkm/shared/texts/language.ts';
import { type Question, questionsOf } from './questions.ts';

export interface Entry {
  /** RFC 6901, from the answers on. */
  readonly pointer: string;
  readonly label: string;
  /** A leaf, or a list of leaves. */
  readonly value: unknown;
  readonly question: Question | undefined;
}

export type SectionKey = 'place' | 'business' | 'figures' | 'closing' | 'others' | 'block';

/** Answers that belong together. Of a `block` the title is its question; of the others the page says it. */
export interface Section {
  readonly id: string;
  readonly key: SectionKey;
  readonly title: string | undefined;
  readonly entries: readonly Entry[];
}

/** From which question on which part of a form begins, for questions that stand in no block. */
const BEGINS: Readonly<Record<string, SectionKey>> = {
  legal_name: 'place',
  main_activity: 'business',
  cooperative_number: 'business',
  address: 'place',
  members_male: 'figures',
  annual_sales_idr: 'figures',
  notes: 'closing',
};

type Answers = Readonly<Record<string, unknown>>;

function isBlock(value: unknown): value is Answers {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function escaped(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}

/** What was answered, in the order of the questionnaire; then what it does not know. */
export function sectionsOf(questionnaire: string, answers: Answers, language: Language): Section[] {
  const plain = new Map<SectionKey, Entry[]>();
  const order: (SectionKey | Section)[] = [];
  let key: SectionKey = 'place';
  for (const question of questionsOf(questionnaire)) {
    const value = answers[question.name];
    if (question.inner !== undefined) {
      const entries = [...inside(value, `/${question.name}`, question.inner, language)];
      if (entries.length > 0)
        order.push({ id: question.name, key: 'block', title: question[language], entries });
      continue;
    }
    key = BEGINS[question.name] ?? key;
    if (value === undefined) continue;
    if (!plain.has(key)) order.push(key);
    const entries = plain.get(key) ?? [];
    entries.push({ pointer: `/${question.name}`, label: question[language], value, question });
    plain.set(key, entries);
  }
  const known = new Set(questionsOf(questionnaire).map((question) => question.name));
  const rest = Object.fromEntries(Object.entries(answers).filter(([name]) => !known.has(name)));
  const others = [...inside(rest, '', [], language)];
  const sections = order.map((each) =>
    typeof each === 'string'
      ? { id: each, key: each, title: undefined, entries: plain.get(each) ?? [] }
      : each,
  );
  return others.length === 0
    ? sections
    : [...sections, { id: 'others', key: 'others', title: undefined, entries: others }];
}

function* inside(
  value: unknown,
  at: string,
  questions: readonly Question[],
  language: Language,
  before = '',
): Generator<Entry> {
  if (Array.isArray(value) && value.some(isBlock)) {
    for (const [place, each] of value.entries()) {
      yield* inside(each, `${at}/${place}`, questions, language, `${before}${place + 1} · `);
    }
    return;
  }
  if (!isBlock(value)) return;
  const asked = questions.map((question) => question.name);
  for (const name of new Set([...asked.filter((each) => each in value), ...Object.keys(value)])) {
    const question = questions.find((each) => each.name === name);
    const inner = value[name];
    const label = `${before}${question?.[language] ?? name}`;
    const pointer = `${at}/${escaped(name)}`;
    if (isBlock(inner) || (Array.isArray(inner) && inner.some(isBlock))) {
      yield* inside(inner, pointer, question?.inner ?? [], language, `${label} · `);
    } else {
      yield { pointer, label, value: inner, question };
    }
  }
}
