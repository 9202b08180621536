import { stateOf } from '@kumkm/shared/charts/progress.ts';
import { addDays, longDay } from '@kumkm/shared/formats/dates.ts';
import { change, count, percent, rate } from '@kumkm/shared/formats/numbers.ts';
import { useLanguage, useTexts } from '@kumkm/shared/texts/language.ts';
import type { ReactNode } from 'react';
import type { RegionAnswer } from '../../data/progress.ts';
import { StateBadge } from '../../parts/state.tsx';
import { overview } from '../../texts/overview.ts';
import { useEarlier } from './compare-to.ts';
import styles from './key-figures.module.css';

const WHOLE = 100;

/** What a head of office asks first: how many of how many, how long, how fast, and where it leads. */
export function KeyFigures({ answer }: { readonly answer: RegionAnswer }) {
  const t = useTexts(overview);
  const language = useLanguage();
  const earlier = useEarlier(answer);
  const { item, as_of } = answer;
  const { pace } = item;
  const state = stateOf(item);
  const share = item.percent ?? 0;
  const before = earlier?.item;
  const last = longDay(addDays(as_of, pace.days_left), language);
  return (
    <section className={styles.figures} aria-label={t.title}>
      <div className={styles.main}>
        <Figure label={t.entered}>
          <span className={styles.big}>{count(item.entered, language)}</span>{' '}
          <span className={styles.of}>
            {item.target === null ? t.noTarget : t.of(count(item.target, language))}
          </span>
        </Figure>
        {item.target !== null && (
          <div className={styles.share}>
            <strong>{percent(item.percent, language)}</strong>
            <svg className={styles.bar} role="img" aria-label={percent(item.percent, language)}>
              <rect className={styles.track} width="100%" height="100%" rx="5" />
              <rect className={styles.fill} width={`${Math.min(WHOLE, share)}%`} height="100%" rx="5" />
            </svg>
          </div>
        )}
        <div className={styles.state}>
          <StateBadge state={state} />
          <span>{t.rule[state]}</span>
        </div>
        {before !== undefined && earlier !== undefined && (
          <p className={styles.since}>
            {t.since(change(item.entered - before.entered, language), longDay(earlier.as_of, language))}
          </p>
        )}
      </div>
      <Figure label={t.left} below={pace.days_left > 0 ? t.until(last) : t.over}>
        {t.days(count(pace.days_left, language))}
      </Figure>
      <Figure label={t.needed} below={t.lastWeek(rate(pace.last_7_days_per_day, language))}>
        {rate(pace.needed_per_day, language)}
      </Figure>
      <Figure
        label={t.projection}
        below={
          pace.projected_finish_on === null
            ? t.noFinish
            : t.finish(longDay(pace.projected_finish_on, language))
        }
      >
        {count(pace.projected_total, language)}
      </Figure>
      <Figure label={t.rank} below={item.rank === null ? t.noRank : t.rankWhere}>
        {item.rank === null ? '–' : t.rankOf(count(item.rank, language), count(item.rank_of, language))}
      </Figure>
      <Figure label={t.people} below={t.coordinators(count(item.coordinators, language))}>
        {t.peopleOf(count(item.enumerators_active, language), count(item.enumerators, language))}
      </Figure>
      <Figure label={t.neededEachLabel} below={t.neededEachNote}>
        {rate(pace.needed_per_enumerator_per_day, language)}
      </Figure>
    </section>
  );
}

interface Told {
  readonly label: string;
  readonly below?: string;
  readonly children: ReactNode;
}

function Figure({ label, below, children }: Told) {
  return (
    <div className={styles.figure}>
      <h2 className={styles.label}>{label}</h2>
      <p className={styles.value}>{children}</p>
      {below !== undefined && <p className={styles.below}>{below}</p>}
    </div>
  );
}
