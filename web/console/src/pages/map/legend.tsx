import { useTexts } from '@kumkm/shared/texts/language.ts';
import { map } from '../../texts/map.ts';
import type { Layer } from './layers.ts';
import styles from './map.module.css';

interface Told {
  readonly layer: Layer;
  readonly names: readonly string[];
}

/** The words of each colour, the lowest first. */
export function useLevelNames(layer: Layer, bounds: readonly number[], written: (value: number) => string) {
  const t = useTexts(map);
  return [...bounds, undefined].map((to, place) => {
    const from = bounds[place - 1];
    if (from === undefined) return to === undefined ? t.layers[layer] : t.under(written(to));
    return to === undefined ? t.from(written(from)) : t.between(written(from), written(to));
  });
}

/** Which figures each colour stands for. */
export function MapLegend({ layer, names }: Told) {
  const t = useTexts(map);
  return (
    <div>
      <h2 className={styles.legendTitle}>{t.layers[layer]}</h2>
      <ul className={styles.legend}>
        {names.map((name, place) => (
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
    </div>
  );
}
