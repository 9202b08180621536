import { count, percent, rate } from '@kumkm/shared/formats/numbers.ts';
import { useLanguage, useTexts } from '@kumkm/shared/texts/language.ts';
import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { FactList } from '../../parts/fact-list.tsx';
import { map } from '../../texts/map.ts';
import { useView } from '../../view.ts';
import { type Area, figureOf } from './layers.ts';
import styles from './map.module.css';

interface Told {
  readonly area: Area;
  readonly days: boolean;
  readonly onClose: () => void;
}

/** The figures of the region that was chosen, and the way to its overview. */
export function Details({ area, days, onClose }: Told) {
  const t = useTexts(map);
  const language = useLanguage();
  const view = useView();
  const { row, stale } = area;
  const figures = [
    [t.entered, count(row.entered, language)],
    [t.target, count(row.target, language)],
    [t.percent, percent(row.percent, language)],
    [t.perDay, rate(row.pace.last_7_days_per_day, language)],
    [t.enumerators, count(row.enumerators_active, language)],
    ...(days ? [[t.stale, stale === null ? t.never : count(stale, language)] as const] : []),
    [t.returned, percent(figureOf('returned', area), language)],
  ] as const;
  return (
    <section className={styles.details} aria-live="polite">
      <h2>{row.region.name}</h2>
      <p className={styles.note}>{row.region.code}</p>
      <FactList facts={figures} />
      <div className={styles.ways}>
        <Link to="/" search={{ ...view, region: row.region.code }}>
          {t.open(row.region.name)}
        </Link>
        <Link to="/peta" search={{ ...view, region: row.region.code }}>
          {t.onMap(row.region.name)}
        </Link>
        <Button variant="subtle" size="compact-sm" onClick={onClose}>
          {t.close}
        </Button>
      </div>
    </section>
  );
}
