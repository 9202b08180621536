import { longDay } from '@kumkm/shared/formats/dates.ts';
import { useLanguage, useTexts } from '@kumkm/shared/texts/language.ts';
import type { Icon } from '@tabler/icons-react';
import { IconAlertTriangle, IconCircleCheck, IconCircleDashed, IconQuestionMark } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { agencyName } from '../data/agencies.ts';
import type { Confirmation, NumberState } from '../data/confirmation.ts';
import { confirmation } from '../texts/confirmation.ts';
import { wordOf } from '../texts/word-of.ts';
import badges from './badge.module.css';
import styles from './confirmation.module.css';

const ICONS: Readonly<Record<string, Icon>> = {
  match: IconCircleCheck,
  mismatch: IconAlertTriangle,
  not_found: IconQuestionMark,
};

/** Whether an agency confirmed a number: an icon and a word. */
export function ConfirmationBadge({ state }: { readonly state: NumberState }) {
  const t = useTexts(confirmation);
  const Drawn = ICONS[state] ?? IconCircleDashed;
  return (
    <span className={badges.badge} data-state={state}>
      <Drawn size={16} stroke={2} aria-hidden />
      {wordOf(t.states, state)}
    </span>
  );
}

interface Told {
  readonly said: Confirmation | null;
  /** The number, as it may be shown. */
  readonly children: ReactNode;
}

/** A number with what an agency said of it, who it was, and when. */
export function ConfirmedNumber({ said, children }: Told) {
  const t = useTexts(confirmation);
  const language = useLanguage();
  if (said === null) return children;
  return (
    <span className={styles.number}>
      <span>{children}</span>
      <ConfirmationBadge state={said.state} />
      {said.source != null && said.on != null && (
        <span className={styles.said}>{t.said(agencyName(said.source), longDay(said.on, language))}</span>
      )}
    </span>
  );
}
