import { useWidth } from '@kumkm/shared/charts/size.ts';
import { scaleSqrt } from 'd3-scale';
import { type Corner, cellsOf, projection } from './cells.ts';
import styles from './map.module.css';
import type { MapPoint } from './queries.ts';

const PAD = 36;
const WIDEST = 90;
const LARGEST = 28;

/** What a region looks like: its colour (1 to 5), none where there is no figure. */
interface Look {
  readonly level: number | undefined;
  readonly tip: string;
}

interface Told {
  readonly points: readonly MapPoint[];
  readonly look: (code: string) => Look;
  readonly at: string | undefined;
  readonly onOpen: (code: string) => void;
  readonly label: string;
  /** What is said of records that lie together. */
  readonly records: (count: number) => string;
}

function path(corners: readonly Corner[]): string {
  return `M${corners.map(([x, y]) => `${x.toFixed(1)} ${y.toFixed(1)}`).join('L')}Z`;
}

/** The map as a drawing of its own, without a base map and without WebGL: cells of regions, or records that lie together. */
export function Drawing({ points, look, at, onOpen, label, records }: Told) {
  const [place, width] = useWidth();
  const height = Math.round(Math.min(620, Math.max(320, width * 0.72)));
  const places = points.map((point, index) => ({ ...point, key: point.region?.code ?? String(index) }));
  const to = projection(places, { width, height, pad: PAD });
  const regions = places.filter((each) => each.region !== null);
  const loose = places.filter((each) => each.region === null);
  const cells = cellsOf(
    regions.map((each) => ({ key: each.key, at: to(each) })),
    WIDEST,
  );
  const radius = scaleSqrt([0, Math.max(1, ...loose.map((each) => each.count))], [2, LARGEST]);
  return (
    <div ref={place} className={styles.drawing}>
      {width > 0 && (
        // biome-ignore lint/a11y/useKeyWithClickEvents: the table below opens the same by the keyboard
        <svg
          width={width}
          height={height}
          role="img"
          aria-label={label}
          onClick={({ target }) => {
            const code = target instanceof SVGElement ? target.dataset.code : undefined;
            if (code !== undefined) onOpen(code);
          }}
        >
          {cells.map((cell) => {
            const { level, tip } = look(cell.key);
            return (
              <path
                key={cell.key}
                className={styles.cell}
                data-code={cell.key}
                data-level={level}
                data-at={cell.key === at || undefined}
                d={path(cell.corners)}
              >
                <title>{tip}</title>
              </path>
            );
          })}
          {loose.map((each) => {
            const [x, y] = to(each);
            return (
              <circle key={each.key} className={styles.bubble} cx={x} cy={y} r={radius(each.count)}>
                <title>{records(each.count)}</title>
              </circle>
            );
          })}
        </svg>
      )}
    </div>
  );
}
