import { useLanguage, useTexts } from '@kumkm/shared/texts/language.ts';
import { IconLock } from '@tabler/icons-react';
import { type ReactNode, useId } from 'react';
import { answersTexts } from '../../texts/answers.ts';
import styles from './answers.module.css';
import { type Section, sectionsOf } from './sections.ts';
import { isMasked, valueText } from './values.ts';

interface Told {
  readonly questionnaire: string;
  readonly answers: Readonly<Record<string, unknown>>;
  /** Pointers of answers that somebody should look at. */
  readonly marked?: ReadonlySet<string>;
  /** What stands behind an answer, e.g. where it comes from. */
  readonly noteOf?: ((pointer: string) => ReactNode) | undefined;
}

/** What was answered, grouped as the questionnaire is. */
export function Answers({ questionnaire, answers, marked, noteOf }: Told) {
  const t = useTexts(answersTexts);
  const language = useLanguage();
  const sections = sectionsOf(questionnaire, answers, language);
  const anyMasked = sections.some((section) => section.entries.some((entry) => isMasked(entry.value)));
  return (
    <div>
      {sections.map((section) => (
        <AnswersOf key={section.id} section={section} marked={marked} noteOf={noteOf} />
      ))}
      {anyMasked && (
        <p className={styles.note}>
          <IconLock size={16} stroke={1.75} aria-hidden />
          {t.maskedAbout}
        </p>
      )}
    </div>
  );
}

interface SectionTold {
  readonly section: Section;
  readonly marked: ReadonlySet<string> | undefined;
  readonly noteOf: Told['noteOf'];
}

function AnswersOf({ section, marked, noteOf }: SectionTold) {
  const t = useTexts(answersTexts);
  const language = useLanguage();
  const id = useId();
  return (
    <section className={styles.section} aria-labelledby={id}>
      <h3 id={id} className={styles.title}>
        {section.title ?? t.sections[section.key]}
      </h3>
      <dl className={styles.list}>
        {section.entries.map(({ pointer, label, value, question }) => (
          <div key={pointer} className={styles.entry} data-marked={marked?.has(pointer) || undefined}>
            <dt className={styles.label}>{label}</dt>
            <dd className={styles.value} data-masked={isMasked(value) || undefined}>
              {valueText(value, question, language)}
              {noteOf?.(pointer)}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
