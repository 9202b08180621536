import { useLanguage } from '@kumkm/shared/texts/language.ts';
import { IconAlertTriangle } from '@tabler/icons-react';
import styles from './answers.module.css';
import { findingOf } from './questions.ts';

interface Told {
  /** As records keep them: a code, and a pointer behind it. */
  readonly warnings: readonly string[];
  readonly questionnaire: string;
}

/** What the server doubted when the record came, in plain words. */
export function Warnings({ warnings, questionnaire }: Told) {
  const language = useLanguage();
  if (warnings.length === 0) return null;
  return (
    <ul className={styles.warnings}>
      {warnings.map((kept) => {
        const { text, about } = findingOf(kept, questionnaire, language);
        return (
          <li key={kept} className={styles.warning}>
            <IconAlertTriangle size={18} stroke={2} aria-hidden />
            <div>
              <strong>{text}</strong>
              {about !== undefined && <span className={styles.about}>{about}</span>}
            </div>
          </li>
        );
      })}
    </ul>
  );
}
