import { count, locale, rate } from '@kumkm/shared/formats/numbers.ts';
import { useLanguage, useTexts } from '@kumkm/shared/texts/language.ts';
import { IconAlertTriangle } from '@tabler/icons-react';
import { answersTexts } from '../../texts/answers.ts';
import {
  distanceText,
  liesFar,
  metresBetween,
  middleOf,
  type Point,
  plotted,
  roundLength,
} from './distance.ts';
import styles from './place.module.css';

const SIZE = 168;

interface Told {
  readonly point: Point | undefined;
  /** Radius in metres. */
  readonly accuracy: number | null;
  /** Where other records of the village are; undefined as long as nobody knows. */
  readonly others: readonly Point[] | undefined;
}

/** Where a record was captured: as coordinates, and among the other records of its village. */
export function Place({ point, accuracy, others }: Told) {
  const t = useTexts(answersTexts);
  const language = useLanguage();
  if (point === undefined) return <p>{t.noLocation}</p>;
  const numeral = (value: number, digits: number) =>
    digits === 0 ? count(value, language) : rate(value, language);
  const degrees = new Intl.NumberFormat(locale(language), {
    minimumFractionDigits: 5,
    maximumFractionDigits: 5,
  });
  const middle = others === undefined ? undefined : middleOf(others);
  return (
    <div className={styles.place}>
      {middle !== undefined && others !== undefined && (
        <Plot point={point} others={others} numeral={numeral} />
      )}
      <div className={styles.words}>
        <p className={styles.coordinates}>
          {degrees.format(point.latitude)}; {degrees.format(point.longitude)}
        </p>
        {accuracy !== null && <p className={styles.quiet}>{t.accuracy(rate(accuracy, language))}</p>}
        {middle !== undefined && others !== undefined && (
          <p>
            {t.toVillage(distanceText(metresBetween(point, middle), numeral), count(others.length, language))}
          </p>
        )}
        {others?.length === 0 && <p className={styles.quiet}>{t.noOthers}</p>}
        {others !== undefined && liesFar(point, others) && (
          <p className={styles.far}>
            <IconAlertTriangle size={18} stroke={2} aria-hidden />
            {t.far}
          </p>
        )}
        {middle !== undefined && <Legend />}
      </div>
    </div>
  );
}

function Legend() {
  const t = useTexts(answersTexts);
  return (
    <ul className={styles.legend} aria-hidden>
      <Sample radius={5} look={styles.mine} name={t.thisRecord} />
      <Sample radius={3} look={styles.other} name={t.otherRecords} />
    </ul>
  );
}

interface SampleTold {
  readonly radius: number;
  readonly look: string | undefined;
  readonly name: string;
}

function Sample({ radius, look, name }: SampleTold) {
  return (
    <li>
      <svg width="12" height="12" aria-hidden="true">
        <circle cx="6" cy="6" r={radius} className={look} />
      </svg>
      {name}
    </li>
  );
}

interface PlotTold {
  readonly point: Point;
  readonly others: readonly Point[];
  readonly numeral: (value: number, digits: number) => string;
}

function Plot({ point, others, numeral }: PlotTold) {
  const t = useTexts(answersTexts);
  const [dots, metres] = plotted([...others, point], SIZE, 20);
  const mine = dots.at(-1);
  const length = roundLength(metres * 64);
  return (
    <svg viewBox={`0 0 ${SIZE} ${SIZE}`} className={styles.plot} role="img" aria-label={t.plot}>
      {dots.slice(0, -1).map((dot, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: points have no names, and are drawn again together
        <circle key={place} cx={dot.x} cy={dot.y} r="3" className={styles.other} />
      ))}
      {mine !== undefined && <circle cx={mine.x} cy={mine.y} r="6.5" className={styles.mine} />}
      <line x1="10" x2={10 + length / metres} y1={SIZE - 10} y2={SIZE - 10} className={styles.ruler} />
      <text x="10" y={SIZE - 15} className={styles.scale}>
        {distanceText(length, numeral)}
      </text>
    </svg>
  );
}
