import type { components } from '@kumkm/shared/api/schema.d.ts';
import { useTexts } from '@kumkm/shared/texts/language.ts';
import { useEffect, useState } from 'react';
import { map } from '../../texts/map.ts';
import { projection } from './cells.ts';
import { featuresOf } from './file-shapes.ts';
import styles from './load-boundaries.module.css';
import { boxOf, type Polygons } from './shapes.ts';

type FaultOut = components['schemas']['BoundaryFault'];

const WIDTH = 560;
const HEIGHT = 220;
const LARGEST = 4 * 1024 * 1024; // bytes: drawing more would make a phone wait

interface Told {
  readonly file: File;
  readonly faults: readonly FaultOut[];
}

/** The file as a drawing, with the features that are wrong marked, and the places that the server told. */
export function Preview({ file, faults }: Told) {
  const t = useTexts(map);
  const [features, setFeatures] = useState<readonly Polygons[]>([]);
  useEffect(() => {
    let here = true;
    if (file.size <= LARGEST)
      void file.text().then((text) => {
        if (here) setFeatures(featuresOf(text));
      });
    return () => {
      here = false;
    };
  }, [file]);
  const box = boxOf(features.flat(3));
  if (box === undefined) return null;
  const [west, south, east, north] = box;
  const ends = [
    { key: 'low', longitude: west, latitude: south },
    { key: 'high', longitude: east, latitude: north },
  ];
  const to = projection(ends, { width: WIDTH, height: HEIGHT, pad: 14 });
  const bad = new Set(faults.flatMap(({ pointer }) => /^\/features\/(\d+)/.exec(pointer)?.[1] ?? []));
  return (
    <svg className={styles.preview} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={t.preview}>
      {features.map((polygons, place) => (
        <path
          // biome-ignore lint/suspicious/noArrayIndexKey: features of a file have no other name, and stay in order
          key={place}
          className={styles.shape}
          data-bad={bad.has(String(place)) || undefined}
          d={polygons
            .flat()
            .map(
              (ring) =>
                `M${ring
                  .map(([longitude, latitude]) =>
                    to({ key: '', longitude, latitude })
                      .map((each) => each.toFixed(1))
                      .join(' '),
                  )
                  .join('L')}Z`,
            )
            .join('')}
        />
      ))}
      {faults.map(({ pointer, code, at }) => {
        if (at === null) return null;
        const [x, y] = to({ key: '', ...at });
        return <circle key={pointer + code} className={styles.spot} cx={x} cy={y} r="6" />;
      })}
    </svg>
  );
}
