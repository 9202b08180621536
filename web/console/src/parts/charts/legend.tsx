import kinds from './kinds.module.css';
import styles from './legend.module.css';

export interface LegendItem {
  readonly name: string;
  /** How the line or area looks: `data-kind` of the style. */
  readonly kind: string;
}

/** What each line and colour is, in words. */
export function Legend({ items }: { readonly items: readonly LegendItem[] }) {
  return (
    <ul className={styles.legend}>
      {items.map(({ name, kind }) => (
        <li key={kind}>
          <span className={`${kinds.kind} ${styles.sample}`} data-kind={kind} aria-hidden />
          {name}
        </li>
      ))}
    </ul>
  );
}
