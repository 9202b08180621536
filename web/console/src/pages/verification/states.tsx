import { count } from '@kumkm/shared/formats/numbers.ts';
import { useLanguage, useTexts } from '@kumkm/shared/texts/language.ts';
import { Link } from '@tanstack/react-router';
import { SharesChart } from '../../parts/charts/shares.tsx';
import section from '../../parts/section.module.css';
import surfaces from '../../parts/surfaces.module.css';
import { verification } from '../../texts/verification.ts';
import { wordOf } from '../../texts/word-of.ts';
import { viewOf } from '../../view.ts';
import { STATES } from './asking.ts';
import type { KindSummary, Summary } from './queries.ts';
import styles from './verification.module.css';

const COLOURS = {
  match: 'fill-done',
  mismatch: 'fill-still',
  not_found: 'fill-risk',
  unverified: 'fill-rest',
} as const;

/** How many numbers of the region are in which state, by kind. */
export function States({ summary }: { readonly summary: Summary }) {
  const t = useTexts(verification);
  return (
    <section className={section.section} aria-label={t.state}>
      <div className={styles.kinds}>
        {summary.items.map((item) => (
          <Kind key={item.kind} item={item} />
        ))}
      </div>
      <p className={section.quiet}>{t.statesAbout}</p>
      <p className={`${styles.links} no-print`}>
        {t.inRegister}
        {STATES.map((state) => (
          <Link
            key={state}
            to="/register"
            search={(before) => ({ ...viewOf(before), verification: state })}
            className={surfaces.link}
          >
            {t.states[state]}
          </Link>
        ))}
      </p>
    </section>
  );
}

function Kind({ item }: { readonly item: KindSummary }) {
  const t = useTexts(verification);
  const language = useLanguage();
  const name = wordOf(t.kinds, item.kind);
  return (
    <section className={`${surfaces.card} ${styles.kind}`} aria-label={name}>
      <header>
        <h2>{name}</h2>
        {item.total > 0 && <span className={section.quiet}>{t.total(count(item.total, language))}</span>}
      </header>
      {item.total === 0 ? (
        <p className={section.quiet}>{t.noNumbers}</p>
      ) : (
        <>
          <SharesChart
            label={t.statesOf(name)}
            shares={STATES.map((state) => ({
              kind: COLOURS[state],
              name: t.states[state],
              value: item[state],
            }))}
          />
          {item.asked > 0 && <p className={section.quiet}>{t.waits(count(item.asked, language))}</p>}
        </>
      )}
    </section>
  );
}
