import { useTexts } from '@kumkm/shared/texts/language.ts';
import { IconArrowBackUp, IconCircleCheck } from '@tabler/icons-react';
import { Badge, type Sign } from '../../parts/badge.tsx';
import { register } from '../../texts/register.ts';

const SIGNS: Readonly<Record<string, Sign>> = {
  verified: { icon: IconCircleCheck, tone: 'done' },
  returned: { icon: IconArrowBackUp, tone: 'still' },
};

/** What was decided on a record: an icon and a word. */
export function ReviewBadge({ state }: { readonly state: string }) {
  const t = useTexts(register);
  return <Badge sign={SIGNS[state]}>{t.states[state] ?? state}</Badge>;
}
