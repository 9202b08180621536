import { dayOf } from '@kumkm/shared/formats/dates.ts';
import { useLanguage, useTexts } from '@kumkm/shared/texts/language.ts';
import { register } from '../../texts/register.ts';
import styles from './business.module.css';
import type { Source } from './sources.ts';

/** Who said what is in force, and when: in a sentence where it was one, else as a list whose numbers stand behind answers. */
export function Sources({ sources }: { readonly sources: readonly Source[] }) {
  const t = useTexts(register);
  const language = useLanguage();
  const [only] = sources;
  if (only === undefined) return null;
  if (sources.length === 1) {
    return <p className={styles.source}>{t.oneSource(only.saidBy, dayOf(only.saidAt, language))}</p>;
  }
  return (
    <ul className={styles.sources} aria-label={t.sources}>
      {sources.map((source) => (
        <li key={source.place}>
          <span className={styles.mark} aria-hidden>
            {source.place}
          </span>
          {t.source(source.saidBy, dayOf(source.saidAt, language))} · {t.revisionOf(source.revision)}
        </li>
      ))}
    </ul>
  );
}

/** Which source an answer is of. */
export function SourceMark({ source }: { readonly source: Source | undefined }) {
  const t = useTexts(register);
  const language = useLanguage();
  if (source === undefined) return null;
  const about = t.source(source.saidBy, dayOf(source.saidAt, language));
  return (
    <span className={styles.mark} title={about} role="img" aria-label={t.sourceOf(source.place)}>
      {source.place}
    </span>
  );
}
