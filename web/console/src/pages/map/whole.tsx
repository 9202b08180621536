import { count, percent } from '@kumkm/shared/formats/numbers.ts';
import { useLanguage, useTexts } from '@kumkm/shared/texts/language.ts';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useCallback, useMemo } from 'react';
import type { RegionAnswer } from '../../data/progress.ts';
import { ChoiceField } from '../../parts/choice-field.tsx';
import { map } from '../../texts/map.ts';
import { AreaTable } from './area-table.tsx';
import { Details } from './details.tsx';
import { type Area, boundsOf, figureOf, LAYERS, type Layer, levelOf } from './layers.ts';
import { MapLegend, useLevelNames } from './legend.tsx';
import styles from './map.module.css';
import type { BoundaryFeature, MapPoint } from './queries.ts';
import { RAMPS } from './ramps.ts';
import { Stage } from './stage.tsx';

const route = getRouteApi('/peta');

interface Told {
  readonly code: string;
  readonly points: readonly MapPoint[];
  readonly features: readonly BoundaryFeature[];
  readonly areas: readonly Area[];
  readonly above: ReadonlyMap<string, string>;
  /** Whether days without records are known. */
  readonly days: boolean;
  readonly team: boolean;
  readonly answer: RegionAnswer;
}

/** The map with its legend, what is chosen beside it, and the same as a table. */
export function Whole({ code, points, features, areas, above, days, team, answer }: Told) {
  const t = useTexts(map);
  const language = useLanguage();
  const search = route.useSearch();
  const navigate = useNavigate({ from: '/peta' });
  const layers = LAYERS.filter((each) => each !== 'stale' || days);
  // Where most regions have no target, their percent would be an empty map.
  const targets = areas.filter(({ row }) => row.target !== null).length * 2 > areas.length;
  const layer = layers.find((each) => each === search.layer) ?? (targets ? 'percent' : 'entered');
  const byCode = useMemo(() => new Map(areas.map((area) => [area.row.region.code, area])), [areas]);
  const bounds = useMemo(
    () =>
      boundsOf(
        layer,
        areas.flatMap((area) => figureOf(layer, area) ?? []),
      ),
    [layer, areas],
  );
  const chosen = search.at === undefined ? undefined : byCode.get(search.at);

  const set = useCallback(
    (told: { readonly layer?: Layer; readonly at?: string | undefined; readonly sort?: string }) => {
      void navigate({ search: (all) => ({ ...all, ...told }), replace: true, resetScroll: false });
    },
    [navigate],
  );
  const written = useCallback(
    (value: number | null): string => {
      if (value === null) return t.noFigure;
      return layer === 'percent' || layer === 'returned' ? percent(value, language) : count(value, language);
    },
    [t, layer, language],
  );
  const level = useCallback(
    (of: string) => {
      const area = byCode.get(of);
      const value = area === undefined ? null : figureOf(layer, area);
      return value === null ? undefined : levelOf(value, bounds);
    },
    [byCode, layer, bounds],
  );
  const nameOf = useCallback(
    (of: string) => byCode.get(of)?.row.region.name ?? above.get(of) ?? of,
    [byCode, above],
  );
  const tip = useCallback(
    (of: string) => {
      const area = byCode.get(of);
      return area === undefined ? nameOf(of) : `${area.row.region.name}: ${written(figureOf(layer, area))}`;
    },
    [byCode, layer, written, nameOf],
  );
  const names = useLevelNames(layer, bounds, written);
  const coloured = areas.length > 0;

  return (
    <>
      <section className={styles.card} aria-label={t.title} data-ramp={RAMPS[layer]}>
        <header className={styles.head}>
          {coloured && (
            <ChoiceField
              label={t.layer}
              of={layers}
              names={t.layers}
              value={layer}
              onChange={(next) => set({ layer: next })}
            />
          )}
          <div>
            {coloured && <p className={styles.note}>{t.notes[layer]}</p>}
            {coloured && layer === 'percent' && areas.every(({ row }) => row.target === null) && (
              <p className={styles.note}>{t.noTargets}</p>
            )}
          </div>
        </header>
        <Stage
          code={code}
          points={points}
          features={features}
          areas={areas}
          team={team}
          answer={answer}
          layer={layer}
          names={coloured ? names : []}
          level={level}
          tip={tip}
          nameOf={nameOf}
          at={search.at}
          onOpen={(at) => set({ at })}
        >
          {coloured && <MapLegend layer={layer} names={names} />}
          {chosen === undefined ? (
            coloured && <p className={styles.note}>{t.choose}</p>
          ) : (
            <Details area={chosen} days={days} onClose={() => set({ at: undefined })} />
          )}
        </Stage>
      </section>
      <AreaTable
        areas={areas}
        days={days}
        at={chosen?.row.region.code}
        sort={search.sort}
        onSort={(sort) => set({ sort })}
        answer={answer}
      />
    </>
  );
}
