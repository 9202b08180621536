// The feed of changes: decisions, tombstones, news. Each page is applied with its cursor in one transaction.

import { canonical } from './canonical.ts';
import { type Answer, has, type Network, Refused } from './network.ts';
import { blank, bytes, type Item, insert, isVisit, keep, keyOf, rowsIn, settleIn } from './outbox.ts';
import { keyOf as keyOfPhoto, type Photo } from './photos.ts';
import type { components } from './schema.d.ts';
import type { Verdict } from './states.ts';
import type { Writing } from './store.ts';

export type Change = { kind: string; record_id?: string; [name: string]: unknown };
type Returned = components['schemas']['ReturnedOut'];

const PAGE = 200;

/** What is done with the answer to a request for changes. Pure: `openapi/vectors/cursors.json`. */
export function afterChanges(
  kept: string | null,
  answer: { status: number; next_cursor?: unknown } | null,
): { cursor: string | null; reconcile: boolean } {
  if (answer?.status === 410) return { cursor: null, reconcile: true };
  if (answer?.status === 200 && typeof answer.next_cursor === 'string') {
    return { cursor: answer.next_cursor, reconcile: false };
  }
  return { cursor: kept, reconcile: false };
}

/** A returned record, fetched and sealed before the transaction that takes it in. */
interface Given {
  campaign: string;
  reason: string;
  item: Item & { record_id: string; revision: number };
  size: number;
  sealed: unknown;
}

export class Changes {
  constructor(private readonly network: Network) {}

  /**
   * Read changes to their end.
   *
   * @param startOver what has to be done before the cursor of a restored server is given up: reconcile, and send.
   * @throws Refused, SignInNeeded, Offline: what came is kept, the next sync goes on.
   */
  async pull(heard: (changes: Change[]) => void, startOver: () => Promise<void>): Promise<void> {
    for (let more = true; more; ) {
      const cursor = await this.network.outbox.get<string>('cursor');
      const query = { limit: PAGE, ...(cursor === null ? {} : { cursor }) };
      let answer: Answer;
      try {
        answer = await this.network.send('GET', '/v1/sync/changes', { query }, isPage);
      } catch (fault) {
        if (!(fault instanceof Refused) || !afterChanges(cursor, fault).reconcile) throw fault;
        await startOver();
        continue;
      }
      const page = answer.object as { items: unknown[]; next_cursor: string; more: boolean };
      const changes = page.items.filter(isChange);
      const given = new Map<string, Given>();
      for (const { record_id } of changes.filter(isReturn)) {
        const fetched = record_id === undefined ? null : await this.returned(record_id);
        if (fetched !== null) given.set(record_id ?? '', fetched);
      }
      const next = afterChanges(cursor, { status: answer.status, next_cursor: page.next_cursor });
      await this.network.outbox.store.write(async (tables) => {
        for (const change of changes) await apply(tables, change, given);
        await keep(tables, { cursor: next.cursor });
      });
      heard(changes);
      more = page.more;
    }
  }

  /** A returned record as the server has it; null where it is no longer returned. */
  private async returned(record_id: string): Promise<Given | null> {
    const { outbox } = this.network;
    try {
      const whole = has({ item: 'object', campaign: 'string' });
      const answer = await this.network.send(
        'GET',
        `/v1/sync/returned/${encodeURIComponent(record_id)}`,
        {},
        whole,
      );
      const { item, campaign, reason } = answer.object as unknown as Returned;
      const content = bytes(canonical(item));
      const own = item as unknown as Given['item'];
      return { campaign, reason, item: own, size: content.length, sealed: await outbox.seal.seal(content) };
    } catch (fault) {
      if (fault instanceof Refused && fault.status === 404) return null;
      throw fault;
    }
  }
}

const PAGE_OF_CHANGES = has({ items: 'array', next_cursor: 'string', more: 'boolean' });

function isPage(answer: Answer): boolean {
  return answer.status === 200 && PAGE_OF_CHANGES(answer);
}

function isChange(change: unknown): change is Change {
  return typeof change === 'object' && change !== null && typeof (change as Change).kind === 'string';
}

function isReturn(change: Change): boolean {
  return change.kind === 'review' && change.decision === 'returned';
}

async function apply(tables: Writing, change: Change, fetched: ReadonlyMap<string, Given>): Promise<void> {
  const record_id = change.record_id ?? '';
  if (isReturn(change)) {
    const given = fetched.get(record_id);
    if (given !== undefined) await giveBack(tables, given);
  } else if (change.kind === 'held' || change.kind === 'resolution') {
    const outcome = typeof change.outcome === 'string' ? change.outcome : null;
    const verdict: Verdict = { state: 'acknowledged', outcome, told: { change } };
    const rows = (await rowsIn(tables, record_id)).filter((row) => row.state === 'kept');
    await settleIn(
      tables,
      rows.map((row) => [row, verdict]),
    );
  } else if (change.kind === 'tombstone' && record_id !== '') {
    await forget(tables, record_id);
  } else if (change.kind === 'reference') {
    await keep(tables, { stale_reference: true });
  }
}

/**
 * Store a returned record, to be corrected as the next revision. What this tablet has of the revision stays, unless it is a
 * visit: then the answers are those of the interview before it. A revision that was recorded since is the answer already.
 */
async function giveBack(tables: Writing, { item, campaign, reason, size, sealed }: Given): Promise<void> {
  const rows = await rowsIn(tables, item.record_id);
  if (rows.some((row) => row.revision > item.revision)) return;
  const there = rows.find((row) => row.revision === item.revision);
  const told = { reason };
  if (there === undefined) {
    const row = { ...blank(campaign, item), record_id: item.record_id, revision: item.revision, bytes: size };
    await insert(tables, { ...row, state: 'returned', told });
  } else {
    const fromServer = there.bytes === 0 || isVisit(there);
    const content = fromServer ? { bytes: size, questionnaire: item.questionnaire } : {};
    await tables.put('record', keyOf(there), {
      ...there,
      ...content,
      state: 'returned',
      told,
      batch_id: null,
    });
    if (!fromServer) return;
  }
  await tables.put('content', keyOf({ record_id: item.record_id, revision: item.revision }), sealed);
}

/**
 * Remove everything of a record, its id and its photos too. A batch that has it and waits for its receipt is given up: an id
 * is never used for other items, so that the rest of them go out under a new one.
 */
async function forget(tables: Writing, record_id: string): Promise<void> {
  const rows = await rowsIn(tables);
  const gone = rows.filter((row) => row.record_id === record_id);
  const batches = new Set(gone.map((row) => row.batch_id).filter((id) => id !== null));
  for (const row of gone) {
    await tables.delete('record', keyOf(row));
    await tables.delete('content', keyOf(row));
  }
  for (const row of rows) {
    if (row.record_id !== record_id && row.batch_id !== null && batches.has(row.batch_id)) {
      await tables.put('record', keyOf(row), { ...row, state: 'queued', batch_id: null });
    }
  }
  for (const [, photo] of await tables.all('photo', `${record_id}/`)) {
    await tables.delete('photo', keyOfPhoto(photo as Photo));
    await tables.delete('photo_content', keyOfPhoto(photo as Photo));
  }
}
