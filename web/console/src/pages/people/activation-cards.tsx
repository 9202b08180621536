import { apiRoot } from '@kumkm/shared/api/base.ts';
import { useTexts } from '@kumkm/shared/texts/language.ts';
import { memo } from 'react';
import { createPortal } from 'react-dom';
import { encode } from 'uqr';
import { people } from '../../texts/people.ts';
import styles from './activation-cards.module.css';

export interface Card {
  readonly name?: string;
  readonly username: string;
  readonly activation_code: string;
}

/**
 * Cards to print and cut: only paper shows them, in a layer of their own, so that nothing else of the page is printed.
 * The QR holds what a tablet's app asks for: server, user name and code. It is no address, so that no browser keeps it.
 */
export function ActivationCards({ cards }: { readonly cards: readonly Card[] }) {
  return createPortal(
    <div className={`${styles.sheet} print-alone`} aria-hidden>
      {cards.map((card) => (
        <DrawnCard key={card.username} card={card} />
      ))}
    </div>,
    document.body,
  );
}

const DrawnCard = memo(function DrawnCard({ card }: { readonly card: Card }) {
  const t = useTexts(people);
  const server = apiRoot();
  return (
    <div className={styles.card}>
      <div>
        <p className={styles.brand}>KUMKM · {t.code}</p>
        {card.name !== undefined && <p className={styles.name}>{card.name}</p>}
        <p className={styles.username}>{card.username}</p>
        <p className={styles.code}>{card.activation_code}</p>
        <p className={styles.steps}>{t.cardSteps}</p>
        <p className={styles.server}>{server}</p>
        <p className={styles.steps}>
          {t.codeLives} {t.cardKeep}
        </p>
      </div>
      <Qr text={qrText(server, card)} className={styles.qr} />
    </div>
  );
});

/** The QR of a card on the screen: a tablet beside it scans it from there, and nothing has to be printed. */
export function ShownQr({ card }: { readonly card: Card }) {
  const t = useTexts(people);
  return (
    <figure className={styles.shown}>
      <Qr text={qrText(apiRoot(), card)} className={styles.shownQr} label={t.qr} />
      <figcaption>{t.qrAbout}</figcaption>
    </figure>
  );
}

/** What the QR of a card says, a line for each part. */
export function qrText(server: string, card: Card): string {
  return ['KUMKM1', server, card.username, card.activation_code].join('\n');
}

interface Drawn {
  readonly text: string;
  readonly className: string | undefined;
  /** What it is, for those who do not see it; none where the words beside it say the same. */
  readonly label?: string;
}

function Qr({ text, className, label }: Drawn) {
  const { data, size } = encode(text, { ecc: 'M', border: 0 });
  return (
    <svg
      className={className}
      viewBox={`0 0 ${size} ${size}`}
      shapeRendering="crispEdges"
      {...(label === undefined ? { role: 'presentation' } : { role: 'img', 'aria-label': label })}
    >
      <path d={data.map(rowPath).join('')} />
    </svg>
  );
}

/** The dark squares of a row, those beside one another as one shape. */
function rowPath(row: readonly boolean[], y: number): string {
  let path = '';
  for (let x = 0; x < row.length; x += 1) {
    if (!row[x]) continue;
    const end = row.indexOf(false, x);
    const width = (end < 0 ? row.length : end) - x;
    path += `M${x} ${y}h${width}v1h-${width}z`;
    x += width;
  }
  return path;
}
