// Sending: batch by batch, each under the same id and with the same items until its receipt arrives.

import { gzip } from './gzip.ts';
import { type Answer, type Asked, type Network, Offline, refusal } from './network.ts';
import { type Batch, bytes, type Row } from './outbox.ts';
import type { components } from './schema.d.ts';
import { stateOf, toldBy, type Verdict } from './states.ts';

type Handshake = components['schemas']['HandshakeOut'];
type Line = Record<string, unknown>;

const MOST_ITEMS = 200;
const MOST_BYTES = 1 << 20;
/** Room for the envelope around the items, in bytes. */
const ENVELOPE = 4096;
const LATE_BEFORE_HALVING = 2;

/** What became of a revision in this sync, as the server said. */
export interface Heard {
  record_id: string;
  revision: number;
  outcome: string;
  state: Verdict['state'];
}

/** What an answer that is no receipt means for the batch. `poison`: the same items would be refused however often they are sent. */
type Meaning = 'nothing' | 'sign_in' | 'too_much' | 'poison' | 'id_reused';

const BY_STATUS: Readonly<Record<number, Meaning>> = {
  400: 'poison',
  401: 'sign_in',
  408: 'too_much',
  413: 'too_much',
  415: 'poison',
  422: 'poison',
};

export class Batches {
  private mostItems = MOST_ITEMS;

  /** @param shakeHands asked for between two attempts: perhaps another database has taken over. */
  constructor(
    private readonly network: Network,
    private readonly shakeHands: () => Promise<unknown>,
  ) {}

  /** Send what waits, first what was sent before without an answer. @throws Offline, SignInNeeded, Refused. */
  async push(heard: (lines: Heard[]) => void): Promise<void> {
    const { outbox } = this.network;
    for (const batch of await outbox.openBatches()) await this.deliver(batch, heard);
    for (;;) {
      const limits = (await outbox.get<Handshake>('handshake'))?.limits;
      const items = Math.min(this.mostItems, limits?.max_items ?? MOST_ITEMS);
      const batch = await outbox.nextBatch({ items, bytes: (limits?.max_bytes ?? MOST_BYTES) - ENVELOPE });
      if (batch === null) return;
      await this.deliver(batch, heard);
    }
  }

  private async deliver(made: Batch, heard: (lines: Heard[]) => void): Promise<void> {
    const { outbox, world } = this.network;
    let batch = made;
    let timesLate = 0;
    await this.network.waitAsAsked('batch');
    for (let attempt = 0; attempt < world.waiting.attempts; attempt += 1) {
      const { answer, late } = await this.put(batch);
      timesLate += late ? 1 : 0;
      const lines = answer === null ? null : receiptOf(answer, batch);
      if (lines !== null) return this.settle(batch, lines, heard);
      const meaning = timesLate >= LATE_BEFORE_HALVING ? 'too_much' : meaningOf(answer);
      if (batch.rows.length > 1 && (meaning === 'too_much' || meaning === 'poison')) {
        if (meaning === 'too_much') this.mostItems = Math.ceil(batch.rows.length / 2);
        for (const half of await outbox.split(batch)) await this.deliver(half, heard);
        return;
      }
      if (answer !== null && (meaning === 'poison' || answer.status === 413))
        return this.setAside(batch, answer, heard);
      if (meaning === 'id_reused') {
        batch = await outbox.renamed(batch);
      } else if (meaning === 'sign_in') {
        await this.network.refresh();
      } else {
        const wait = await this.network.askedToWait('batch', answer);
        if (attempt + 1 < world.waiting.attempts) {
          await world.sleep(world.waiting.after(attempt, wait));
          // Once another database has this batch, it no longer shows that it lacks one before.
          await this.shakeHands();
        }
      }
    }
    throw new Offline();
  }

  /** The items go out as the very text that was recorded. */
  private async put(batch: Batch): Promise<{ answer: Answer | null; late: boolean }> {
    const { outbox, world } = this.network;
    const contents = await Promise.all(batch.rows.map((row) => outbox.content(row)));
    const envelope = JSON.stringify({
      campaign: batch.campaign,
      sent_at: localTime(world.now()),
      app_version: world.appVersion,
      unsent: await outbox.unsent(),
    });
    const body = await gzip(bytes(`${envelope.slice(0, -1)},"items":[${contents.join(',')}]}`));
    const headers = {
      'Content-Type': 'application/json',
      ...(body.coded ? { 'Content-Encoding': 'gzip' } : {}),
    };
    const asked: Asked = { headers, body: body.content };
    return this.network.once('PUT', `/v1/sync/batches/${batch.id}`, asked, true);
  }

  /** Store all lines of a receipt at once. */
  private async settle(batch: Batch, lines: Line[], heard: (lines: Heard[]) => void): Promise<void> {
    const verdicts = batch.rows.map((row, at): [Row, Verdict] => {
      const line = lines[at] ?? {};
      return [row, { state: stateOf(line), outcome: String(line.outcome), told: toldBy(line) }];
    });
    await this.network.outbox.settle(verdicts, { newest_batch: batch.id });
    if (batch.rows.length >= this.mostItems) this.mostItems = Math.min(2 * this.mostItems, MOST_ITEMS);
    heard(verdicts.map(said));
  }

  /** An item that the server cannot accept waits for a person, and the others are sent. */
  private async setAside(batch: Batch, answer: Answer, heard: (lines: Heard[]) => void): Promise<void> {
    const errors = [{ code: answer.problem?.code ?? 'too_large' }];
    const verdicts = batch.rows.map((row): [Row, Verdict] => [
      row,
      { state: 'to_fix', outcome: 'refused', told: { errors } },
    ]);
    await this.network.outbox.settle(verdicts);
    heard(verdicts.map(said));
  }
}

function said([row, verdict]: [Row, Verdict]): Heard {
  return {
    record_id: row.record_id,
    revision: row.revision,
    outcome: verdict.outcome ?? '',
    state: verdict.state,
  };
}

/** The lines of the complete receipt of this batch; null for any other answer, whatever its status. */
export function receiptOf(answer: Answer, batch: Batch): Line[] | null {
  if (answer.status !== 200 && answer.status !== 201) return null;
  const receipt = answer.object;
  const lines = receipt?.items;
  if (receipt?.batch_id !== batch.id || !Array.isArray(lines) || lines.length !== batch.rows.length)
    return null;
  const same = lines.every((line: unknown, at) => {
    if (typeof line !== 'object' || line === null) return false;
    const { record_id = null, revision = null } = line as Line;
    const row = batch.rows[at];
    return (
      (record_id === null || record_id === row?.record_id) &&
      (revision === null || revision === row?.revision)
    );
  });
  return same ? (lines as Line[]) : null;
}

/** What an answer means, where it is the server's; a 413 counts from a proxy, too. @throws Refused: the account may not send. */
function meaningOf(answer: Answer | null): Meaning {
  if (answer === null) return 'nothing';
  const problem = answer.problem;
  if (problem === null) return answer.status === 413 ? 'too_much' : 'nothing';
  if (answer.status === 403) throw refusal(answer.status, problem);
  if (problem.code === 'batch_id_reused') return 'id_reused';
  return BY_STATUS[answer.status] ?? 'nothing';
}

/** A moment as the tablet's clock shows it, with its offset (RFC 3339). */
export function localTime(moment: number): string {
  const offset = -new Date(moment).getTimezoneOffset();
  const [hours, minutes] = [Math.trunc(Math.abs(offset) / 60), Math.abs(offset) % 60];
  const shifted = new Date(moment + offset * 60_000).toISOString().slice(0, -1);
  return `${shifted}${offset < 0 ? '-' : '+'}${String(hours).padStart(2, '0')}:${String(minutes).padStart(2, '0')}`;
}
