import { longMoment } from '@kumkm/shared/formats/dates.ts';
import { useLanguage, useTexts } from '@kumkm/shared/texts/language.ts';
import type { Business } from '../../data/business.ts';
import surfaces from '../../parts/surfaces.module.css';
import { register } from '../../texts/register.ts';
import styles from './business.module.css';
import { timelineOf } from './timeline.ts';

/** What came and what was decided, the latest first. */
export function History({ business }: { readonly business: Business }) {
  const t = useTexts(register);
  const language = useLanguage();
  return (
    <section className={`${surfaces.card} ${styles.card}`} aria-labelledby="history">
      <h2 id="history">{t.history}</h2>
      <ol className={styles.history}>
        {timelineOf(business).map(({ key, at, what, revision, by, reason, outcome, campaign }) => (
          <li key={key}>
            <p>
              <strong>{t.events[what] ?? what}</strong>
              {by !== null && ` ${t.by(by)}`}
            </p>
            <p className={styles.quiet}>
              {[
                longMoment(at, language),
                revision === null ? undefined : t.revisionOf(revision),
                outcome === undefined ? undefined : (t.outcomes[outcome] ?? outcome),
                campaign,
              ]
                .filter((each) => each !== undefined)
                .join(' · ')}
            </p>
            {reason !== null && <p className={styles.because}>“{reason}”</p>}
          </li>
        ))}
      </ol>
    </section>
  );
}
