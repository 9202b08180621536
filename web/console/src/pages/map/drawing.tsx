import { useWidth } from '@kumkm/shared/charts/size.ts';
import { scaleSqrt } from 'd3-scale';
import type { Ref } from 'react';
import { type Corner, projection } from './cells.ts';
import styles from './map.module.css';
import type { MapPoint } from './queries.ts';
import { type Box, partsOf, type Shape } from './shapes.ts';

const PAD = 24;
const LARGEST = 28;

interface Told {
  readonly shapes: readonly Shape[];
  readonly records: readonly MapPoint[];
  readonly whole: Box;
  readonly level: (code: string) => number | undefined;
  readonly tip: (code: string) => string;
  readonly at: string | undefined;
  readonly onOpen: (code: string) => void;
  readonly label: string;
  /** What is said of records that lie together. */
  readonly several: (count: number) => string;
  readonly ref?: Ref<SVGSVGElement>;
}

const placed = (corners: readonly Corner[]) =>
  corners.map(([x, y]) => `${x.toFixed(1)} ${y.toFixed(1)}`).join('L');

/** The map where the browser has no WebGL: the same shapes as a drawing that stands still. */
export function Drawing({ shapes, records, whole, level, tip, at, onOpen, label, several, ref }: Told) {
  const [place, width] = useWidth();
  const height = Math.round(Math.min(620, Math.max(320, width * 0.72)));
  const [west, south, east, north] = whole;
  const corners = [
    { key: 'low', longitude: west, latitude: south },
    { key: 'high', longitude: east, latitude: north },
  ];
  const to = projection(corners, { width, height, pad: PAD });
  const flat = ([longitude, latitude]: Corner) => to({ key: '', longitude, latitude });
  const radius = scaleSqrt([0, Math.max(1, ...records.map((each) => each.count))], [2, LARGEST]);
  const parts = partsOf(shapes);
  return (
    <div ref={place} className={styles.drawing}>
      {width > 0 && (
        // biome-ignore lint/a11y/useKeyWithClickEvents: the table below opens the same by the keyboard
        <svg
          ref={ref}
          width={width}
          height={height}
          role="img"
          aria-label={label}
          onClick={({ target }) => {
            const code = target instanceof SVGElement ? target.dataset.code : undefined;
            if (code !== undefined) onOpen(code);
          }}
        >
          {shapes.map(({ code, polygons }) => (
            <path
              key={code}
              className={styles.cell}
              data-code={code}
              data-level={level(code)}
              data-at={code === at || undefined}
              d={polygons
                .flat()
                .map((ring) => `M${placed(ring.map(flat))}Z`)
                .join('')}
            >
              <title>{tip(code)}</title>
            </path>
          ))}
          {parts.length > 1 &&
            parts.map(({ code, borders }) => (
              <path
                key={code}
                className={styles.border}
                d={borders.map((ends) => `M${placed(ends.map(flat))}`).join('')}
              />
            ))}
          {records.map(({ latitude, longitude, count }) => {
            const [x, y] = flat([longitude, latitude]);
            return (
              <circle
                key={`${longitude},${latitude}`}
                className={styles.bubble}
                cx={x}
                cy={y}
                r={radius(count)}
              >
                <title>{several(count)}</title>
              </circle>
            );
          })}
        </svg>
      )}
    </div>
  );
}
