import { longMoment } from '@kumkm/shared/formats/dates.ts';
import { useLanguage, useTexts } from '@kumkm/shared/texts/language.ts';
import type { Business } from '../../data/business.ts';
import { review } from '../../texts/review.ts';
import styles from './review.module.css';

/** What was decided before, by whom and why; the latest first. */
export function History({ events }: { readonly events: Business['history'] }) {
  const t = useTexts(review);
  const language = useLanguage();
  return (
    <ul className={styles.events}>
      {[...events].reverse().map((event) => (
        <li key={event.at + event.what}>
          <p>
            <strong>{t.events[event.what]}</strong>
            {event.by !== null && ` ${t.eventBy(event.by)}`}
            {event.revision !== null && ` · ${t.revision(event.revision)}`}
          </p>
          {event.reason !== null && <p>“{event.reason}”</p>}
          <p className={styles.quiet}>{longMoment(event.at, language)}</p>
        </li>
      ))}
    </ul>
  );
}
