import type { State } from '@kumkm/shared/charts/progress.ts';
import { useTexts } from '@kumkm/shared/texts/language.ts';
import { StateBadge } from '../../parts/state.tsx';
import { verification } from '../../texts/verification.ts';
import { wordOf } from '../../texts/word-of.ts';
import { standing } from './moving.ts';
import type { Request_ } from './queries.ts';

const LOOKS: Readonly<Record<string, State>> = {
  open: 'open',
  asking: 'safe',
  applying: 'safe',
  halted: 'still',
  answered: 'done',
  forgotten: 'open',
};

/** How a request stands: an icon and a word. */
export function Standing({ request }: { readonly request: Request_ }) {
  const t = useTexts(verification);
  const now = standing(request);
  return <StateBadge state={LOOKS[now] ?? 'open'} word={wordOf(t.standings, now)} />;
}
