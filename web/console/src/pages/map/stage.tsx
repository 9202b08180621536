import { toPng } from '@kumkm/shared/charts/png.ts';
import { fileName, save } from '@kumkm/shared/files.ts';
import { longDay } from '@kumkm/shared/formats/dates.ts';
import { count } from '@kumkm/shared/formats/numbers.ts';
import { useLanguage, useTexts } from '@kumkm/shared/texts/language.ts';
import { Button } from '@mantine/core';
import { IconArrowsMaximize, IconPhoto } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { lazy, type ReactNode, Suspense, useCallback, useMemo, useRef, useState } from 'react';
import type { RegionAnswer } from '../../data/progress.ts';
import { Waiting } from '../../parts/loading.tsx';
import { map } from '../../texts/map.ts';
import { useView } from '../../view.ts';
import { Drawing } from './drawing.tsx';
import type { Handle, Seen } from './gl-map.tsx';
import type { Area, Layer } from './layers.ts';
import styles from './map.module.css';
import { framed } from './picture.ts';
import { type BoundaryFeature, boundariesQuery, type MapPoint } from './queries.ts';
import { RAMPS } from './ramps.ts';
import { EXACT } from './seen.ts';
import { shapesOf, wholeOf } from './shapes.ts';
import { usePalette } from './use-palette.ts';
import { useRecords } from './use-records.ts';
import { hasWebGl } from './webgl.ts';

const GlMap = lazy(async () => ({ default: (await import('./gl-map.tsx')).GlMap }));

interface Told {
  readonly code: string;
  readonly points: readonly MapPoint[];
  readonly features: readonly BoundaryFeature[];
  readonly areas: readonly Area[];
  readonly team: boolean;
  readonly answer: RegionAnswer;
  readonly layer: Layer;
  /** What each colour stands for, the lowest first. */
  readonly names: readonly string[];
  readonly level: (code: string) => number | undefined;
  readonly tip: (code: string) => string;
  readonly nameOf: (code: string) => string;
  readonly at: string | undefined;
  readonly onOpen: (code: string) => void;
  readonly children: ReactNode;
}

/** The map itself: by WebGL where the browser has it, else a drawing; what stands beside it are the children. */
export function Stage(told: Told) {
  const { code, points, features, areas, team, answer, layer, names, level, tip, nameOf, at, onOpen } = told;
  const t = useTexts(map);
  const language = useLanguage();
  const view = useView();
  const navigate = useNavigate();
  const [moves] = useState(hasWebGl);
  const [seen, setSeen] = useState<Seen | undefined>(undefined);
  const palette = usePalette(RAMPS[layer]);
  const near = seen !== undefined && seen.zoom >= EXACT;
  const exact = useQuery({ ...boundariesQuery(code, view, EXACT), enabled: near });
  const drawn = near ? (exact.data?.features ?? features) : features;
  const shapes = useMemo(() => shapesOf(drawn, points), [drawn, points]);
  const loose = useMemo(() => points.filter(({ region }) => region === null), [points]);
  const whole = useMemo(() => wholeOf(shapes, points), [shapes, points]);
  const seenRecords = useRecords(code, seen, team);
  const records = moves ? (seen === undefined ? loose : seenRecords) : loose;
  const handle = useRef<Handle>(null);
  const svg = useRef<SVGSVGElement>(null);
  const total = count(
    loose.reduce((sum, point) => sum + point.count, 0),
    language,
  );
  const label =
    areas.length > 0 ? t.drawing(count(areas.length, language), t.layers[layer]) : t.teamDrawing(total);
  const onBusiness = useCallback(
    (businessId: string) =>
      void navigate({ to: '/register/$businessId', params: { businessId }, search: view }),
    [navigate, view],
  );

  async function savePng() {
    const title = `${t.title}: ${answer.item.region.name}`;
    const { entered, target } = answer.item;
    const counted =
      target === null
        ? t.sumAlone(count(entered, language))
        : t.sum(count(entered, language), count(target, language));
    const note = `${counted}, ${t.upTo(longDay(answer.as_of, language))}`;
    const name = `${fileName(title, t.layers[layer], answer.as_of)}.png`;
    if (svg.current !== null) {
      save(await toPng(svg.current, { title, note: `${t.layers[layer]}. ${note}` }), name);
      return;
    }
    const picture = await handle.current?.picture();
    if (picture === undefined) return;
    const keys = [
      ...names.map((each, place) => ({ colour: palette.levels[place] ?? palette.none, name: each })),
      ...(names.length > 0 ? [{ colour: palette.none, name: t.noFigure }] : []),
    ];
    const width = picture.width / window.devicePixelRatio;
    save(
      await framed(picture, width, { title, note, legend: names.length > 0 ? t.layers[layer] : '', keys }),
      name,
    );
  }

  if (whole === undefined) return <div className={styles.side}>{told.children}</div>;
  const shared = { shapes, records, whole, level, tip, at, onOpen, label };
  const loaded = shapes.some((shape) => shape.loaded);
  return (
    <div className={styles.body}>
      <div className={styles.stage}>
        {moves ? (
          <Suspense fallback={<Waiting rows={1} height={480} />}>
            <GlMap
              key={language} // the words of its own controls stand for as long as it does
              ref={handle}
              {...shared}
              palette={palette}
              nameOf={nameOf}
              onBusiness={onBusiness}
              onSee={setSeen}
            />
          </Suspense>
        ) : (
          <Drawing ref={svg} {...shared} several={(many) => t.records(count(many, language))} />
        )}
        <div className={`${styles.under} no-print`}>
          <p className={styles.note}>
            {!moves && `${t.still} `}
            {team ? t.team(total) : loaded ? t.boundaries : t.cells(count(shapes.length, language))}
            {!team && moves && ` ${t.nearer}`}
          </p>
          <div className={styles.buttons}>
            {moves && (
              <Button
                variant="subtle"
                size="compact-sm"
                leftSection={<IconArrowsMaximize aria-hidden size={16} />}
                onClick={() => handle.current?.whole()}
              >
                {t.all}
              </Button>
            )}
            <Button
              variant="subtle"
              size="compact-sm"
              leftSection={<IconPhoto aria-hidden size={16} />}
              onClick={() => void savePng()}
            >
              {t.png}
            </Button>
          </div>
        </div>
      </div>
      <div className={styles.side}>{told.children}</div>
    </div>
  );
}
