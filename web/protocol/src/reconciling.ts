// Asking what is stored before anything is deleted. Only the server's clock decides about time.

import { sha256 } from './canonical.ts';
import { has, type Network } from './network.ts';
import { keyOf, type Row, settleIn } from './outbox.ts';
import type { components } from './schema.d.ts';
import { afterReconcile, type Verdict } from './states.ts';

type Handshake = components['schemas']['HandshakeOut'];

const AT_ONCE = 1000;
/** Confirmed revisions stay for so long, so that a server that was restored from last night's backup gets them back. */
const KEPT_S = 3 * 24 * 3600;

export class Reconciling {
  constructor(private readonly network: Network) {}

  /** Whether what a receipt answered with purge is stored, and whether kept revisions may be deleted now. */
  async waiting(): Promise<void> {
    await this.ask(await this.network.outbox.rows('acknowledged', 'kept'));
  }

  /** Every revision that is still on the tablet: the server may have lost some. Changes are read from the beginning. */
  async everything(values: Readonly<Record<string, unknown>> = {}): Promise<void> {
    const rows = await this.network.outbox.rows('acknowledged', 'confirmed', 'kept', 'to_fix', 'returned');
    await this.ask(rows);
    await this.network.outbox.set({ cursor: null, ...values });
  }

  /** Delete revisions that were confirmed long enough ago, if the server still has them; how many. */
  async letGo(): Promise<number> {
    const before = (await this.serverTime()) - KEPT_S;
    const due = (row: Row) =>
      row.state === 'confirmed' && row.confirmed_at !== null && row.confirmed_at <= before;
    const { outbox } = this.network;
    await this.ask((await outbox.rows('confirmed')).filter(due));
    const rows = (await outbox.rows('confirmed')).filter(due);
    await outbox.store.write(async (tables) => {
      for (const row of rows) {
        await tables.put('record', keyOf(row), { ...row, state: 'purged', bytes: 0 });
        await tables.delete('content', keyOf(row));
      }
    });
    return rows.length;
  }

  private async ask(all: readonly Row[]): Promise<void> {
    const rows = all.filter((row) => row.bytes > 0);
    for (let start = 0; start < rows.length; start += AT_ONCE)
      await this.askAbout(rows.slice(start, start + AT_ONCE));
  }

  private async askAbout(rows: readonly Row[]): Promise<void> {
    const { outbox } = this.network;
    const items = await Promise.all(
      rows.map(async ({ record_id, revision, ...row }) => {
        const content = (await outbox.content({ record_id, revision, ...row })) ?? '';
        return { record_id, revision, content_sha256: await sha256(content) };
      }),
    );
    const asked = { headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ items }) };
    const answer = await this.network.send('POST', '/v1/sync/reconcile', asked, has({ items: 'array' }));
    const lines = (answer.object?.items ?? []) as unknown[];
    const told = new Map<string, Record<string, unknown>>();
    for (const line of lines) {
      if (typeof line !== 'object' || line === null) continue;
      const { record_id, revision } = line as Record<string, unknown>;
      if (typeof record_id === 'string' && typeof revision === 'number') {
        told.set(keyOf({ record_id, revision }), line as Record<string, unknown>);
      }
    }
    const now = await this.serverTime();
    const verdicts: [Row, Verdict][] = [];
    const confirmed: Row[] = [];
    for (const row of rows) {
      const verdict = afterReconcile(row, told.get(keyOf(row)));
      if (verdict === 'confirmed') confirmed.push(row);
      else if (verdict !== null) verdicts.push([row, verdict]);
    }
    await outbox.store.write(async (tables) => {
      for (const row of confirmed) {
        const there = (await tables.get('record', keyOf(row))) as Row | undefined;
        // What a person corrected meanwhile is superseded, and stays so.
        if (there === undefined || there.state !== row.state) continue;
        const confirmed_at = there.state === 'confirmed' ? there.confirmed_at : now;
        await tables.put('record', keyOf(row), { ...there, state: 'confirmed', confirmed_at });
      }
      const same: [Row, Verdict][] = [];
      for (const each of verdicts) {
        const there = (await tables.get('record', keyOf(each[0]))) as Row | undefined;
        if (there?.state === each[0].state) same.push(each);
      }
      await settleIn(tables, same);
    });
  }

  /** Seconds since 1970 at the last handshake, by the server's clock: the tablet's own may be days off. */
  private async serverTime(): Promise<number> {
    const told = (await this.network.outbox.get<Handshake>('handshake'))?.server_time;
    const moment = told === undefined ? 0 : Date.parse(told);
    return Number.isNaN(moment) ? 0 : moment / 1000;
  }
}
