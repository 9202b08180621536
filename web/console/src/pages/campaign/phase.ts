import { daysBetween } from '@kumkm/shared/formats/dates.ts';
import type { Campaign } from '../../data/campaigns.ts';

export type Phase = 'before' | 'now' | 'late' | 'over';

type Days = Pick<Campaign, 'starts_on' | 'ends_on' | 'accepts_until'>;

/** Where a campaign is on a day. */
export function phaseOf({ starts_on, ends_on, accepts_until }: Days, today: string): Phase {
  if (today < starts_on) return 'before';
  if (today <= ends_on) return 'now';
  return today <= accepts_until ? 'late' : 'over';
}

/** Days until it begins or, while it runs, that are left after this one, as progress counts them; undefined later. */
export function daysLeft(campaign: Days, today: string): number | undefined {
  const phase = phaseOf(campaign, today);
  if (phase === 'before') return daysBetween(today, campaign.starts_on);
  return phase === 'now' ? daysBetween(today, campaign.ends_on) : undefined;
}

/** How targets below a region stand to its own. */
export type Sum = 'up' | 'not' | 'open' | 'none';

export function sumOf(target: {
  readonly adds_up: boolean | null;
  readonly children_with_target: number;
}): Sum {
  if (target.adds_up !== null) return target.adds_up ? 'up' : 'not';
  return target.children_with_target > 0 ? 'open' : 'none';
}

/** A target as it is typed; undefined where it is none. Dots are those of thousands. */
export function targetOf(text: string): number | undefined {
  const plain = text.trim().replaceAll(/[.\s]/g, '');
  if (!/^\d{1,9}$/.test(plain)) return undefined;
  const value = Number(plain);
  return value >= 1 && value <= 100_000_000 ? value : undefined;
}
