import { type Icon, IconCircleDashed } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import styles from './badge.module.css';

/** What a state looks like; the tone, how good it is, is said by the colour alone. */
export interface Sign {
  readonly icon: Icon;
  readonly tone?: 'done' | 'safe' | 'still' | 'risk';
}

interface Told {
  /** Undefined: nothing was said yet. */
  readonly sign: Sign | undefined;
  readonly children: ReactNode;
}

/** A state: its sign and its word, in a line of text. */
export function Badge({ sign, children }: Told) {
  const { icon: Drawn, tone }: Sign = sign ?? { icon: IconCircleDashed };
  return (
    <span className={styles.badge} data-tone={tone}>
      <Drawn size={16} stroke={2} aria-hidden />
      {children}
    </span>
  );
}
