import { useWidth } from '@kumkm/shared/charts/size.ts';
import { count, percent } from '@kumkm/shared/formats/numbers.ts';
import { useLanguage } from '@kumkm/shared/texts/language.ts';
import styles from './charts.module.css';
import kinds from './kinds.module.css';

const HEIGHT = 28;
const GAP = 2;

export interface Share {
  readonly kind: string;
  readonly name: string;
  readonly value: number;
}

interface Told {
  readonly shares: readonly Share[];
  readonly label: string;
}

/** Parts of a whole as one bar, with a line for each of them below: figure and percent. */
export function SharesChart({ shares, label }: Told) {
  const language = useLanguage();
  const [place, width] = useWidth();
  const whole = shares.reduce((sum, share) => sum + share.value, 0);
  const there = shares.filter((share) => share.value > 0);
  const room = width - GAP * Math.max(0, there.length - 1);
  let left = 0;
  return (
    <div ref={place} className={styles.place}>
      {width > 0 && (
        <svg width={width} height={HEIGHT} viewBox={`0 0 ${width} ${HEIGHT}`} role="img" aria-label={label}>
          {whole === 0 && <rect className={styles.track} width={width} height={HEIGHT} rx={6} />}
          {there.map((share) => {
            const wide = Math.max(2, (share.value / whole) * room);
            const x = left;
            left += wide + GAP;
            return (
              <rect
                key={share.kind}
                className={`${kinds.kind} ${styles.share}`}
                data-kind={share.kind}
                x={x}
                width={wide}
                height={HEIGHT}
                rx={4}
              />
            );
          })}
        </svg>
      )}
      <dl className={styles.shares}>
        {shares.map((share) => (
          <div key={share.kind}>
            <dt>
              <span className={`${kinds.kind} ${styles.sample}`} data-kind={share.kind} aria-hidden />
              {share.name}
            </dt>
            <dd>
              {count(share.value, language)}
              <span>{percent(whole === 0 ? null : (share.value / whole) * 100, language)}</span>
            </dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
