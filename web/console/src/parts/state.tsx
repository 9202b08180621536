import type { State } from '@kumkm/shared/charts/progress.ts';
import { useTexts } from '@kumkm/shared/texts/language.ts';
import {
  IconAlertTriangle,
  IconCircleCheck,
  IconCircleDashed,
  IconPlayerPause,
  IconShieldCheck,
} from '@tabler/icons-react';
import { parts } from '../texts/parts.ts';
import styles from './state.module.css';

const ICONS = {
  done: IconCircleCheck,
  safe: IconShieldCheck,
  risk: IconAlertTriangle,
  still: IconPlayerPause,
  open: IconCircleDashed,
} as const;

/** How something stands: always an icon and a word, the colour only helps. */
export function StateBadge({ state, word }: { readonly state: State; readonly word?: string }) {
  const t = useTexts(parts);
  const Icon = ICONS[state];
  return (
    <span className={styles.badge} data-state={state}>
      <Icon size={16} stroke={2} aria-hidden />
      {word ?? t.state[state]}
    </span>
  );
}
