// Figures of one's own work, as the server had them at the last sync.

import { Refused } from '@kumkm/protocol/network.ts';
import { daysBetween } from '@kumkm/shared/formats/dates.ts';
import { handshake, here, keep } from './device.ts';

export interface Figures {
  /** Milliseconds since 1970 by this tablet's clock. */
  at: number;
  campaign: string;
  asOf: string;
  /** Days with what was entered, oldest first. */
  days: { date: string; entered: number }[];
  entered: number;
  quota: number | null;
  openVisits: number;
  returned: number;
  daysLeft: number;
  /** Records a day that are needed to reach the quota; null without one, or after the end. */
  needed: number | null;
  /** Rupiah; null where nothing is paid by record. */
  honour: { due: number; paid: number; open: number } | null;
}

type Told = Record<string, unknown>;
const DAYS = 14; // that are shown

/** Read them and keep them, campaign by campaign. What the server does not tell stays unknown. */
export async function readFigures(): Promise<void> {
  const [shaken, username] = [await handshake(), await here().tablet.outbox.get<string>('username')];
  const made: Figures[] = [];
  for (const { code, ends_on } of shaken?.campaigns ?? []) {
    const own = await told('/v1/progress/enumerators', { campaign: code });
    const row = ((own?.items ?? []) as Told[])[0];
    if (own === null || row === undefined) continue;
    const days = await told('/v1/progress/dates', { campaign: code, enumerator: username ?? '' });
    const honour = await told('/v1/honour/own', { campaign: code });
    made.push(
      figuresOf({ campaign: code, at: Date.now(), ends_on, asOf: String(own.as_of), row, days, honour }),
    );
  }
  await keep('figures', made);
}

export function figuresOf(said: {
  campaign: string;
  at: number;
  ends_on: string;
  asOf: string;
  row: Told;
  days: Told | null;
  honour: Told | null;
}): Figures {
  const { campaign, at, asOf, row, days, honour } = said;
  const rows = (days?.items ?? []) as { date: string; entered: number }[];
  const quota = typeof row.quota === 'number' ? row.quota : null;
  const [entered, daysLeft] = [Number(row.entered ?? 0), daysBetween(asOf, said.ends_on)];
  const sum = (name: string) => Number(honour?.[name] ?? 0);
  return {
    ...{ at, campaign, asOf, quota, entered, daysLeft },
    ...{ openVisits: Number(row.open_visits ?? 0), returned: Number(row.returned ?? 0) },
    needed: quota === null || daysLeft <= 0 ? null : Math.max(0, quota - entered) / daysLeft,
    days: rows.slice(-DAYS).map(({ date, entered: ofDay }) => ({ date, entered: ofDay })),
    honour: honour === null ? null : { due: sum('due'), paid: sum('paid'), open: sum('open') },
  };
}

async function told(path: string, query: Record<string, string>): Promise<Told | null> {
  try {
    const answer = await here().tablet.network.send('GET', path, { query }, ({ object }) => object !== null);
    return answer.object;
  } catch (fault) {
    if (fault instanceof Refused) return null;
    throw fault;
  }
}
