import { count, rate } from '@kumkm/shared/formats/numbers.ts';
import { useLanguage, useTexts } from '@kumkm/shared/texts/language.ts';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useMe } from '../../data/me.ts';
import { effortsQuery } from '../../data/queues.ts';
import { mayEnter } from '../../shell/navigation.ts';
import { overview } from '../../texts/overview.ts';
import { viewOf } from '../../view.ts';
import styles from './overview.module.css';
import { workLeft } from './work-left.ts';

/** How many duplicate cases wait within one's own reach, and how long they take; for who may open their queue. */
export function WaitingCases() {
  const t = useTexts(overview);
  const language = useLanguage();
  const me = useMe();
  const mayOpen = mayEnter(me?.role, 'duplicates');
  const efforts = useQuery({ ...effortsQuery, enabled: mayOpen }).data;
  if (!mayOpen || efforts === undefined) return null;
  const { open, isMore, hours, isPart } = workLeft(efforts);
  if (open === 0) return null;
  const cases = count(open, language);
  const long =
    hours === undefined
      ? t.workUnknown
      : isPart
        ? t.workLeftPart(rate(hours, language))
        : hours < 1
          ? t.workLess
          : t.workLeft(rate(hours, language));
  return (
    <section className={styles.waiting} aria-label={t.toQueue}>
      <p>
        <strong>{t.waitingCases(isMore ? t.waitingMore(cases) : cases)}</strong>
        {' · '}
        <span>{long}</span>
      </p>
      <Link to="/ganda" search={viewOf} className={styles.toQueue}>
        {t.toQueue}
      </Link>
    </section>
  );
}
