// The outbox: everything that was recorded on this tablet and is not yet known to be safe on the server. Every change of
// state is one transaction, so that a crash at any instant leaves a state from which the next sync goes on.

import { canonical, exactJson, parseExactly } from './canonical.ts';
import { uuid7 } from './ids.ts';
import type { State, Told, Verdict } from './states.ts';
import type { Reading, Seal, Store, Table, Writing } from './store.ts';

export type Answers = Record<string, unknown>;

/** An item of a batch; `record_id` and `revision` are given by the outbox where it has none. */
export interface Item {
  record_id?: string;
  revision?: number;
  questionnaire: string;
  answers: Answers;
  listing_id?: string | null;
  [name: string]: unknown;
}

/** What is known of one revision of one record; its item is sealed in a table of its own. */
export interface Row {
  record_id: string;
  revision: number;
  campaign: string;
  questionnaire: string;
  listing_id: string | null;
  /** The order in which it was recorded. */
  place: number;
  /** Of the item as canonical JSON, in UTF-8; 0 where it is not here any more. */
  bytes: number;
  state: State;
  batch_id: string | null;
  outcome: string | null;
  told: Told | null;
  /** Seconds since 1970 by the server's clock. */
  confirmed_at: number | null;
}

/** Revisions that are sent together, under the same id until the receipt arrives. */
export interface Batch {
  id: string;
  campaign: string;
  rows: Row[];
}

export class Outbox {
  constructor(
    readonly store: Store,
    readonly seal: Seal,
    private readonly now: () => number,
  ) {}

  /** A value that is no secret. */
  async get<T>(name: string): Promise<T | null> {
    return this.store.read(async (tables) => ((await tables.get('meta', name)) ?? null) as T | null);
  }

  /** Keep values together; null deletes one. */
  async set(values: Readonly<Record<string, unknown>>): Promise<void> {
    await this.store.write((tables) => keep(tables, values));
  }

  /** Tokens, or what is said of people: sealed JSON. */
  async secret<T>(table: Table, name: string): Promise<T | null> {
    const sealed = await this.store.read((tables) => tables.get(table, name));
    return sealed === undefined || sealed === null
      ? null
      : (parseExactly(text(await this.seal.open(sealed))) as T);
  }

  /** What `secret` opens; null stays null. */
  async sealed(value: unknown): Promise<unknown> {
    return value === null ? null : this.seal.seal(bytes(exactJson(value)));
  }

  /**
   * Record an item as it will be sent: a new record or, if its id is known, that record's next revision. It is on disk when
   * this is done. @throws NotCanonical if it cannot be sent.
   */
  async add(campaign: string, item: Item): Promise<Row> {
    const record_id = item.record_id ?? uuid7(this.now());
    for (;;) {
      const known = await this.revisions(record_id);
      const revision = Math.max(0, ...known.map((row) => row.revision)) + 1;
      const content = bytes(canonical({ ...item, record_id, revision }));
      const sealed = await this.seal.seal(content);
      const added = await this.store.write(async (tables) => {
        const newest = await rowsIn(tables, record_id);
        if (newest.length !== known.length) return null;
        const row = await insert(tables, {
          ...blank(campaign, item),
          record_id,
          revision,
          bytes: content.length,
        });
        await tables.put('content', keyOf(row), sealed);
        await supersede(tables, record_id);
        return row;
      });
      if (added !== null) return added;
    }
  }

  /** Every revision of a record that this tablet knows, in order. */
  revisions(record_id: string): Promise<Row[]> {
    return this.store.read((tables) => rowsIn(tables, record_id));
  }

  /** Revisions in these states, or all, in the order in which they were recorded. */
  async rows(...states: State[]): Promise<Row[]> {
    const rows = await this.store.read((tables) => rowsIn(tables));
    const found = states.length === 0 ? rows : rows.filter((row) => states.includes(row.state));
    return found.sort((one, other) => one.place - other.place);
  }

  /** The item of a revision as it was recorded; null where it is not here any more. */
  async item(row: Row): Promise<Item | null> {
    const content = await this.content(row);
    return content === null ? null : (parseExactly(content) as Item);
  }

  /** The canonical JSON of a revision, the very text that was recorded. */
  async content(row: Row): Promise<string | null> {
    const sealed = await this.store.read((tables) => tables.get('content', keyOf(row)));
    return sealed === undefined ? null : text(await this.seal.open(sealed));
  }

  /** How many revisions the server has not acknowledged. */
  async unsent(): Promise<number> {
    return (await this.rows('queued', 'sending')).length;
  }

  /** Batches that were made and have no receipt yet, the oldest first. */
  async openBatches(): Promise<Batch[]> {
    const made = new Map<string, Batch>();
    for (const row of await this.rows('sending')) {
      const id = row.batch_id ?? '';
      const batch = made.get(id) ?? { id, campaign: row.campaign, rows: [] };
      batch.rows.push(row);
      made.set(id, batch);
    }
    return [...made.values()].sort((one, other) => (one.id < other.id ? -1 : 1));
  }

  /** Put the oldest waiting records of one campaign into a batch, within limits; null if nothing waits. */
  async nextBatch(most: { items: number; bytes: number }): Promise<Batch | null> {
    return this.store.write(async (tables) => {
      const waiting = (await rowsIn(tables)).filter((row) => row.state === 'queued');
      waiting.sort((one, other) => one.place - other.place);
      const chosen: Row[] = [];
      let size = 0;
      for (const row of waiting) {
        if (row.campaign !== waiting[0]?.campaign) continue;
        size += row.bytes + 1;
        if (chosen.length >= most.items || (chosen.length > 0 && size > most.bytes)) break;
        chosen.push(row);
      }
      return chosen.length === 0 ? null : this.putIntoBatch(tables, chosen);
    });
  }

  /** Two batches of half the items each, under new ids; the old id is never used again. */
  async split(batch: Batch): Promise<Batch[]> {
    const middle = Math.ceil(batch.rows.length / 2);
    return this.store.write(async (tables) => {
      const made: Batch[] = [];
      for (const half of [batch.rows.slice(0, middle), batch.rows.slice(middle)]) {
        if (half.length > 0) made.push(await this.putIntoBatch(tables, half));
      }
      return made;
    });
  }

  /** The same items under another id. */
  async renamed(batch: Batch): Promise<Batch> {
    return this.store.write((tables) => this.putIntoBatch(tables, batch.rows));
  }

  /** Store verdicts and values, all of them or none. A revision that was corrected while it was on its way is superseded. */
  async settle(
    verdicts: readonly [Row, Verdict][],
    values: Readonly<Record<string, unknown>> = {},
  ): Promise<void> {
    await this.store.write(async (tables) => {
      await settleIn(tables, verdicts);
      await keep(tables, values);
    });
  }

  private async putIntoBatch(tables: Writing, rows: readonly Row[]): Promise<Batch> {
    const id = uuid7(this.now());
    const made = rows.map((row): Row => ({ ...row, state: 'sending', batch_id: id }));
    for (const row of made) await tables.put('record', keyOf(row), row);
    return { id, campaign: made[0]?.campaign ?? '', rows: made };
  }
}

// What several parts do within a transaction of theirs.

/** Keep values; null deletes one. */
export async function keep(tables: Writing, values: Readonly<Record<string, unknown>>): Promise<void> {
  for (const [name, value] of Object.entries(values)) {
    await (value === null ? tables.delete('meta', name) : tables.put('meta', name, value));
  }
}

/** The rows of a record, or all, by record and revision. */
export async function rowsIn(tables: Reading, record_id?: string): Promise<Row[]> {
  const found = await tables.all('record', record_id === undefined ? '' : `${record_id}/`);
  return found.map(([, row]) => row as Row);
}

/** Store verdicts about revisions that are still there. */
export async function settleIn(tables: Writing, verdicts: readonly [Row, Verdict][]): Promise<void> {
  for (const [row, { state, outcome, told }] of verdicts) {
    const there = (await tables.get('record', keyOf(row))) as Row | undefined;
    if (there !== undefined) {
      await tables.put('record', keyOf(row), {
        ...there,
        state,
        outcome,
        told,
        batch_id: null,
        confirmed_at: null,
      });
    }
  }
  for (const record_id of new Set(verdicts.map(([row]) => row.record_id))) await supersede(tables, record_id);
}

/** Put a row at the end of those that were recorded. */
export async function insert(tables: Writing, row: Omit<Row, 'place'>): Promise<Row> {
  const place = Number((await tables.get('meta', 'place')) ?? 0) + 1;
  await tables.put('meta', 'place', place);
  const made: Row = { ...row, place };
  await tables.put('record', keyOf(made), made);
  return made;
}

/** A row of nothing but where it belongs. */
export function blank(campaign: string, item: Item): Omit<Row, 'place'> {
  return {
    ...{
      record_id: '',
      revision: 0,
      campaign,
      questionnaire: item.questionnaire,
      bytes: 0,
      state: 'queued' as const,
    },
    ...{ listing_id: item.listing_id ?? null, batch_id: null, outcome: null, told: null, confirmed_at: null },
  };
}

export function isVisit(row: Pick<Row, 'questionnaire'>): boolean {
  return row.questionnaire.startsWith('visit@');
}

/** Keys of one record stand together, in the order of its revisions. */
export function keyOf(row: Pick<Row, 'record_id' | 'revision'>): string {
  return `${row.record_id}/${String(row.revision).padStart(10, '0')}`;
}

export const bytes = (content: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(content);
export const text = (content: Uint8Array): string =>
  new TextDecoder('utf-8', { fatal: true }).decode(content);

/** What was to be corrected is superseded by a higher revision; an interview by no visit. */
async function supersede(tables: Writing, record_id: string): Promise<void> {
  const rows = await rowsIn(tables, record_id);
  for (const row of rows) {
    const newer = rows.some((each) => each.revision > row.revision && (isVisit(row) || !isVisit(each)));
    if (newer && (row.state === 'to_fix' || row.state === 'returned')) {
      await tables.put('record', keyOf(row), { ...row, state: 'superseded', bytes: 0 });
      await tables.delete('content', keyOf(row));
    }
  }
}
