import type { PointerEvent, ReactNode, RefCallback } from 'react';
import styles from './charts.module.css';

interface Told {
  /** Where it is on the page, and how large, in pixels. */
  readonly box: { readonly place: RefCallback<HTMLElement>; readonly width: number; readonly height: number };
  /** What the drawing shows, in a sentence, for who does not see it. */
  readonly label: string;
  /** Where the pointer is, from the left and from the top, in pixels; undefined where it left. */
  readonly onPoint: (at: readonly [number, number] | undefined) => void;
  /** What is pointed at can be opened by this. The keyboard has another way, such as the table behind. */
  readonly onOpen?: (() => void) | undefined;
  readonly opens?: boolean;
  /** What is said of it, beside it: where, how much, and how far from the left it is. */
  readonly tip: readonly [string, string, number] | undefined;
  readonly children: ReactNode;
}

/** What every drawing has that is looked at with a pointer: its place, its name, and the words beside the pointer. */
export function Plot({ box: { place, width, height }, label, onPoint, onOpen, opens, tip, children }: Told) {
  function look(event: PointerEvent<SVGSVGElement>) {
    const { left, top } = event.currentTarget.getBoundingClientRect();
    onPoint([event.clientX - left, event.clientY - top]);
  }
  return (
    <div ref={place} className={styles.place}>
      {width > 0 && (
        // biome-ignore lint/a11y/useKeyWithClickEvents: the table behind opens them by the keyboard
        <svg
          width={width}
          height={height}
          viewBox={`0 0 ${width} ${height}`}
          role="img"
          aria-label={label}
          data-open={opens || undefined}
          onPointerMove={look}
          onPointerDown={look}
          onPointerLeave={() => onPoint(undefined)}
          onClick={onOpen}
        >
          {children}
        </svg>
      )}
      {tip !== undefined && (
        <p className={styles.tip} aria-hidden data-side={tip[2] > width / 2 ? 'left' : 'right'}>
          <span>{tip[0]}</span>
          <strong>{tip[1]}</strong>
        </p>
      )}
    </div>
  );
}
