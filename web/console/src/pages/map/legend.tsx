import { useTexts } from '@kumkm/shared/texts/language.ts';
import { map } from '../../texts/map.ts';
import type { Layer } from './layers.ts';
import styles from './map.module.css';

interface Told {
  readonly layer: Layer;
  readonly bounds: readonly number[];
  readonly written: (value: number) => string;
}

/** Which figures each colour stands for. */
export function MapLegend({ layer, bounds, written }: Told) {
  const t = useTexts(map);
  const levels = [...bounds, undefined].map((to, place) => {
    const from = bounds[place - 1];
    if (from === undefined) return to === undefined ? t.layers[layer] : t.under(written(to));
    return to === undefined ? t.from(written(from)) : t.between(written(from), written(to));
  });
  return (
    <ul className={styles.legend}>
      {levels.map((name, place) => (
        <li key={name}>
          <span className={styles.sample} data-level={place + 1} aria-hidden />
          {name}
        </li>
      ))}
      <li>
        <span className={styles.sample} aria-hidden />
        {t.noFigure}
      </li>
    </ul>
  );
}
