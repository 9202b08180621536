import { count } from '@kumkm/shared/formats/numbers.ts';
import { useLanguage, useTexts } from '@kumkm/shared/texts/language.ts';
import looks from '../../parts/queue.module.css';
import { duplicates } from '../../texts/duplicates.ts';
import styles from './duplicates.module.css';

interface Told {
  /** Of a hundred. */
  readonly likelihood: number;
  /** In each respect, 0 to 1. */
  readonly alike: Readonly<Record<string, number>>;
}

/** How likely both are one, and what speaks for it. */
export function Likeness({ likelihood, alike }: Told) {
  const t = useTexts(duplicates);
  const language = useLanguage();
  return (
    <>
      <h3>{t.likelihood}</h3>
      <div className={styles.likeness}>
        <span className={styles.score}>{t.percent(count(likelihood, language))}</span>
        <dl className={styles.bars}>
          {Object.entries(alike).map(([respect, share]) => (
            <div key={respect} className={styles.respect}>
              <dt>{t.alike[respect] ?? respect}</dt>
              <dd>
                <svg
                  className={styles.track}
                  viewBox="0 0 100 8"
                  preserveAspectRatio="none"
                  aria-hidden="true"
                >
                  <rect width="100" height="8" className={styles.whole} />
                  <rect width={share * 100} height="8" className={styles.share} />
                </svg>
                <span className={styles.figure}>{t.percent(count(Math.round(share * 100), language))}</span>
              </dd>
            </div>
          ))}
        </dl>
      </div>
      <p className={looks.quiet}>{t.likelihoodAbout}</p>
    </>
  );
}
