import { useTexts } from '@kumkm/shared/texts/language.ts';
import { IconAlertTriangle, IconCircleCheck, IconCircleDashed } from '@tabler/icons-react';
import { Badge } from '../../parts/badge.tsx';
import { campaignTexts } from '../../texts/campaign.ts';
import { sumOf } from './phase.ts';
import type { Target } from './queries.ts';

const SIGNS = {
  up: { icon: IconCircleCheck, tone: 'done' },
  not: { icon: IconAlertTriangle, tone: 'still' },
  open: { icon: IconCircleDashed, tone: 'risk' },
  none: undefined,
} as const;

/** How the targets below stand to the one above: an icon and a word. */
export function SumBadge({ target }: { readonly target: Target }) {
  const t = useTexts(campaignTexts);
  const sum = sumOf(target);
  const words = { up: t.addsUp, not: t.addsNot, open: t.addsOpen, none: t.addsNone };
  return <Badge sign={SIGNS[sum]}>{words[sum]}</Badge>;
}
