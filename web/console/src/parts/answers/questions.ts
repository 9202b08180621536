import words from '@kumkm/shared/api/words.json';
import type { Language } from '@kumkm/shared/texts/language.ts';

export interface Word {
  readonly id: string;
  readonly en: string;
}

/** A question as its questionnaire has it; `inner` where it is a block, or a list of blocks. */
export interface Question extends Word {
  readonly name: string;
  readonly sealed: boolean;
  /** What an answer is, where it is no text: `integer`, `number`, `boolean`, `array`. */
  readonly type?: string | undefined;
  readonly choices?: Readonly<Record<string, Word | undefined>> | undefined;
  readonly inner?: readonly Question[] | undefined;
}

const FORMS: Readonly<Record<string, readonly Question[]>> = words.forms;
const FINDINGS: Readonly<Record<string, Word>> = words.findings;

/** The questions of a questionnaire; none of one that this app does not know. */
export function questionsOf(questionnaire: string): readonly Question[] {
  return FORMS[questionnaire] ?? [];
}

/** The newest version of a form, which has everything of those before in its place. */
export function newestOf(kind: string): string {
  const version = (form: string) => Number(form.slice(form.indexOf('@') + 1));
  const versions = Object.keys(FORMS).filter((form) => form.startsWith(`${kind}@`));
  return versions.toSorted((one, other) => version(other) - version(one))[0] ?? `${kind}@1`;
}

/** Names on the way of an RFC 6901 pointer. */
export function steps(pointer: string): string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** What is asked at a pointer into the answers, from the block on: `Pemilik · NIK`. Undefined where nobody asks. */
export function labelOf(questionnaire: string, pointer: string, language: Language): string | undefined {
  let questions = questionsOf(questionnaire);
  const labels: string[] = [];
  for (const step of steps(pointer)) {
    if (/^\d+$/.test(step)) {
      labels.push(String(Number(step) + 1));
      continue;
    }
    const found = questions.find((question) => question.name === step);
    if (found === undefined) return undefined;
    labels.push(found[language]);
    questions = found.inner ?? [];
  }
  return labels.length === 0 ? undefined : labels.join(' · ');
}

export interface Finding {
  readonly code: string;
  readonly text: string;
  /** What the finding is about; undefined where it is about the record as a whole. */
  readonly about: string | undefined;
  /** Where in the answers, from them on; undefined where it is about no answer. */
  readonly pointer: string | undefined;
}

const ANSWERS = '/answers';

/** A warning as records keep it (`code /pointer`), in words. */
export function findingOf(kept: string, questionnaire: string, language: Language): Finding {
  const [code = '', pointer = ''] = kept.split(' ', 2);
  const inside = pointer.startsWith(`${ANSWERS}/`) ? pointer.slice(ANSWERS.length) : undefined;
  return {
    code,
    text: FINDINGS[code]?.[language] ?? code,
    about: inside === undefined ? undefined : labelOf(questionnaire, inside, language),
    pointer: inside,
  };
}
