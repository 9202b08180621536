import { useTexts } from '@kumkm/shared/texts/language.ts';
import { IconAlertTriangle, IconCircleCheck, IconCircleDashed } from '@tabler/icons-react';
import { campaignTexts } from '../../texts/campaign.ts';
import styles from './campaign.module.css';
import { sumOf } from './phase.ts';
import type { Target } from './queries.ts';

/** How the targets below stand to the one above: an icon and a word. */
export function SumBadge({ target }: { readonly target: Target }) {
  const t = useTexts(campaignTexts);
  const sum = sumOf(target);
  const Icon = sum === 'up' ? IconCircleCheck : sum === 'not' ? IconAlertTriangle : IconCircleDashed;
  const words = { up: t.addsUp, not: t.addsNot, open: t.addsOpen, none: t.addsNone };
  return (
    <span className={styles.sum} data-sum={sum}>
      <Icon size={16} stroke={2} aria-hidden />
      {words[sum]}
    </span>
  );
}
