import { count, percent } from '@kumkm/shared/formats/numbers.ts';
import { useLanguage, useTexts } from '@kumkm/shared/texts/language.ts';
import { NativeSelect } from '@mantine/core';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useMemo } from 'react';
import type { RegionAnswer } from '../../data/progress.ts';
import { map } from '../../texts/map.ts';
import { AreaTable } from './area-table.tsx';
import { Details } from './details.tsx';
import { Drawing } from './drawing.tsx';
import { type Area, boundsOf, figureOf, LAYERS, type Layer, levelOf } from './layers.ts';
import { MapLegend } from './legend.tsx';
import styles from './map.module.css';
import type { MapPoint } from './queries.ts';

const route = getRouteApi('/peta');

interface Told {
  readonly points: readonly MapPoint[];
  readonly areas: readonly Area[];
  /** Whether days without records are known. */
  readonly days: boolean;
  readonly answer: RegionAnswer;
}

/** The drawing with its legend, what is chosen beside it, and the same as a table. */
export function Whole({ points, areas, days, answer }: Told) {
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
  const regions = points.some((point) => point.region !== null);
  const records = points.reduce((sum, point) => sum + point.count, 0);

  function set(told: { readonly layer?: Layer; readonly at?: string | undefined; readonly sort?: string }) {
    void navigate({ search: (all) => ({ ...all, ...told }), replace: true, resetScroll: false });
  }

  function written(value: number | null): string {
    if (value === null) return t.noFigure;
    return layer === 'percent' || layer === 'returned' ? percent(value, language) : count(value, language);
  }

  function look(code: string) {
    const area = byCode.get(code);
    const value = area === undefined ? null : figureOf(layer, area);
    return {
      level: value === null ? undefined : levelOf(value, bounds),
      tip: area === undefined ? code : `${area.row.region.name}: ${written(value)}`,
    };
  }

  return (
    <>
      <section className={styles.card} aria-label={t.title}>
        <header className={styles.head}>
          {regions && (
            <NativeSelect
              label={t.layer}
              value={layer}
              data={layers.map((each) => ({ value: each, label: t.layers[each] }))}
              onChange={({ currentTarget }) => {
                const next = LAYERS.find((each) => each === currentTarget.value);
                if (next !== undefined) set({ layer: next });
              }}
            />
          )}
          <div>
            {regions && <p className={styles.note}>{t.notes[layer]}</p>}
            {regions && layer === 'percent' && areas.every(({ row }) => row.target === null) && (
              <p className={styles.note}>{t.noTargets}</p>
            )}
            <p className={styles.note}>
              {regions ? t.cells(count(points.length, language)) : t.team(count(records, language))}
            </p>
          </div>
        </header>
        <div className={styles.body}>
          <Drawing
            points={points}
            look={look}
            at={chosen?.row.region.code}
            onOpen={(at) => set({ at })}
            records={(several) => t.records(count(several, language))}
            label={
              regions
                ? t.drawing(count(points.length, language), t.layers[layer])
                : t.teamDrawing(count(records, language))
            }
          />
          <div className={styles.side}>
            {regions && <MapLegend layer={layer} bounds={bounds} written={written} />}
            {chosen === undefined ? (
              <p className={styles.note}>{t.choose}</p>
            ) : (
              <Details area={chosen} days={days} onClose={() => set({ at: undefined })} />
            )}
          </div>
        </div>
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
