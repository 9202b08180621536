// Re-interviews: what this enumerator is to ask again, and what was heard until the server has it (`openapi/README.md`, "Asking
// again"). What was heard is on disk before it is sent, and is deleted when both the receipt and the list that comes after it
// say that it is there. The list is replaced as a whole, when all of its pages have come.
//
// All of it is kept in the table `blob`, sealed, and in no table of its own: an app that does not know it leaves it alone.

import { canonical, exactJson, parseExactly } from './canonical.ts';
import { type Answer, has, type Network, Offline, Refused } from './network.ts';
import { type Answers, bytes, text } from './outbox.ts';
import type { components } from './schema.d.ts';
import type { Doubt } from './states.ts';
import type { Reading } from './store.ts';

export type Task = components['schemas']['ReinterviewTask'];
type Said = components['schemas']['ReinterviewIn'];
export type Result = Said['result'];
/** What is sent; `canonical` leaves out what is undefined. */
export type HeardAgain = Omit<Said, 'answers'> & { answers?: Answers };

/**
 * `queued`: to be sent. `sent`: its receipt is there, and the list is awaited. `kept`: another enumerator does it now; sent again
 * if it is given back. `to_fix`: a person corrects what the server found. `safe`: the server has it, and only its name is here.
 */
export type AgainState = 'queued' | 'sent' | 'kept' | 'to_fix' | 'safe';

/** What is known of what was heard; nothing of it says who or what. */
export interface AgainRow {
  id: string;
  campaign: string;
  /** Grows each time that something is recorded, so that an answer of the server is taken for what it is about. */
  serial: number;
  state: AgainState;
  /** That of the receipt. */
  version: number | null;
  /** Why it was refused, with pointers to what is wrong. */
  code: string | null;
  errors: Doubt[];
  /** Seconds since 1970 by the server's clock, where it is safe. */
  confirmed_at: number | null;
}

/** What is sealed: how people call it, and what was heard, as the very text that is sent; null where it was deleted. */
export interface AgainContent {
  name: string;
  place: string;
  content: string | null;
}

/** What a sync did, for people. */
export interface AgainReport {
  /** What was heard is deleted, since nobody needs it any more. */
  notNeeded: number;
}

interface Held {
  row: AgainRow;
  sealed: unknown;
}

/** A page as it came, with what it was asked by. */
interface Page {
  cursor: string;
  tag: string | null;
  items: Task[];
  next_cursor: string | null;
}

interface Shaken {
  server_time: string;
  campaigns: readonly { reinterviews?: boolean }[];
}

const PATH = '/v1/sync/reinterviews';
const PAGE = 100;
const LIST = 'reinterviews';
const HEARD = 'reinterview/';
/** A name stays for so long, so that a person sees what arrived. */
const NAMED_S = 3 * 24 * 3600;

export class Reinterviews {
  constructor(private readonly network: Network) {}

  /** All that is or was given to this enumerator, as it came last. */
  async tasks(): Promise<Task[]> {
    return (await this.pages()).flatMap((page) => page.items);
  }

  /** What was heard and is not forgotten yet, by id. */
  async rows(): Promise<AgainRow[]> {
    return (await this.network.outbox.store.read(heldIn)).map(({ row }) => row);
  }

  /** What is sealed of one; null where nothing was heard. */
  async content(id: string): Promise<AgainContent | null> {
    const { store, seal } = this.network.outbox;
    const held = (await store.read((tables) => tables.get('blob', HEARD + id))) as Held | undefined;
    return held === undefined ? null : (parseExactly(text(await seal.open(held.sealed))) as AgainContent);
  }

  /** How many the server has not acknowledged. */
  async unsent(): Promise<number> {
    return (await this.rows()).filter((row) => row.state === 'queued').length;
  }

  /**
   * Keep what was heard, to be sent, in place of what was heard before. It is on disk when this is done.
   *
   * @param after the serial of what was there when somebody began to fill it in; 0 for nothing.
   * @throws NotCanonical if it cannot be sent.
   */
  async record(
    about: { id: string; campaign: string; name: string; place: string },
    heard: HeardAgain,
    after = 0,
  ): Promise<AgainRow> {
    const { id, campaign, name, place } = about;
    const content = canonical(heard);
    const sealed = await this.sealed({ name, place, content });
    return this.network.outbox.store.write(async (tables) => {
      const before = (await tables.get('blob', HEARD + id)) as Held | undefined;
      const serial = Math.max(before?.row.serial ?? 0, after) + 1;
      const row: AgainRow = { ...{ id, campaign, serial }, ...WAITING };
      await tables.put('blob', HEARD + id, { row, sealed });
      return row;
    });
  }

  /** Take one in from a backup, if nothing was heard of it here. Whether it was. What was sent is sent again: it does no harm. */
  async take(row: AgainRow, content: AgainContent): Promise<boolean> {
    const sealed = await this.sealed(content);
    return this.network.outbox.store.write(async (tables) => {
      if ((await tables.get('blob', HEARD + row.id)) !== undefined) return false;
      const taken = row.state === 'sent' ? { ...row, ...WAITING } : row;
      await tables.put('blob', HEARD + row.id, { row: taken, sealed });
      return true;
    });
  }

  /** Whether there is anything to ask or to send: most campaigns ask nobody again, and a request costs. */
  async concern(shaken: Shaken): Promise<boolean> {
    if (shaken.campaigns.some((each) => each.reinterviews === true)) return true;
    return (await this.tasks()).length > 0 || (await this.rows()).length > 0;
  }

  /**
   * Send what was heard, read the list, and send what was given back.
   *
   * @throws Refused: the account may not. Offline, SignInNeeded: nothing is lost.
   */
  async sync(shaken: Shaken): Promise<AgainReport> {
    if (!(await this.concern(shaken))) return { notNeeded: 0 };
    const now = Date.parse(shaken.server_time) / 1000;
    let notNeeded = await this.push();
    for (let turn = 0; turn < 2; turn += 1) {
      const told = await this.pull(now);
      notNeeded += told.notNeeded;
      if (!told.again) break;
      notNeeded += await this.push();
    }
    return { notNeeded };
  }

  /** Send what waits; how many nobody needs. One that the server cannot answer now holds up no other one. */
  private async push(): Promise<number> {
    let notNeeded = 0;
    let busy: Offline | null = null;
    for (const row of (await this.rows()).filter((each) => each.state === 'queued')) {
      try {
        notNeeded += (await this.send(row)) ? 0 : 1;
      } catch (fault) {
        if (!(fault instanceof Offline) || fault.code === '') throw fault;
        busy = fault;
      }
    }
    if (busy !== null) throw busy;
    return notNeeded;
  }

  /** Whether it is still needed. */
  private async send(row: AgainRow): Promise<boolean> {
    const said = await this.content(row.id);
    if (said === null || said.content === null) return true;
    const asked = { headers: { 'Content-Type': 'application/json' }, body: bytes(said.content) };
    try {
      const answer = await this.network.send('PUT', `${PATH}/${row.id}`, asked, (it) =>
        isReceipt(it, row.id),
      );
      await this.settle(row, { state: 'sent', version: Number(answer.object?.version) });
    } catch (fault) {
      if (!(fault instanceof Refused) || fault.status === 403) throw fault;
      const { code } = fault;
      if (code === 'reinterview_not_needed') return !(await this.forget(row));
      const isKept = code === 'reinterview_taken_away' || fault.status === 404;
      await this.settle(row, {
        state: isKept ? 'kept' : 'to_fix',
        code,
        errors: fault.errors.map(fromAnswers),
      });
    }
    return true;
  }

  /** Read the whole list. `again`: something is to be sent once more. */
  private async pull(now: number): Promise<AgainReport & { again: boolean }> {
    const before = await this.pages();
    let pages: Page[];
    try {
      pages = await this.read(before);
    } catch (fault) {
      if (fault instanceof Refused && fault.status === 404) return { notNeeded: 0, again: false }; // an older server
      throw fault;
    }
    const { store } = this.network.outbox;
    const list = await this.sealed(pages);
    const tasks = new Map(pages.flatMap((page) => page.items).map((task) => [task.id, task]));
    const named = new Map<string, unknown>();
    for (const row of await this.rows()) {
      const said = row.state === 'sent' ? await this.content(row.id) : null;
      if (said !== null) named.set(row.id, await this.sealed({ ...said, content: null }));
    }
    return store.write(async (tables) => {
      await tables.put('blob', LIST, list);
      const told = { notNeeded: 0, again: false };
      for (const { row, sealed } of await heldIn(tables)) {
        const then = afterList(row, tasks.get(row.id), now);
        if (then === null) {
          await tables.delete('blob', HEARD + row.id);
          told.notNeeded += row.state === 'safe' ? 0 : 1;
        } else if (then !== row) {
          told.again ||= then.state === 'queued';
          const kept = then.state === 'safe' ? named.get(row.id) : sealed;
          if (kept !== undefined) await tables.put('blob', HEARD + row.id, { row: then, sealed: kept });
        }
      }
      return told;
    });
  }

  /** All pages; one that did not change is not sent again. */
  private async read(before: readonly Page[]): Promise<Page[]> {
    const pages: Page[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const at: string = cursor;
      const known = before.find((page) => page.cursor === at);
      const tag = known?.tag ?? null;
      const query = { limit: PAGE, ...(at === '' ? {} : { cursor: at }) };
      const headers = tag === null ? {} : { 'If-None-Match': tag };
      const answer = await this.network.send('GET', PATH, { query, headers }, (it) =>
        it.status === 304 ? tag !== null : it.status === 200 && isPage(it),
      );
      const page: Page = answer.status === 304 && known !== undefined ? known : pageOf(answer, at);
      pages.push(page);
      cursor = page.next_cursor;
    }
    return pages;
  }

  private async pages(): Promise<Page[]> {
    return (await this.network.outbox.secret<Page[]>('blob', LIST)) ?? [];
  }

  private sealed(value: unknown): Promise<unknown> {
    return this.network.outbox.seal.seal(bytes(exactJson(value)));
  }

  /** What an answer says, unless something else was heard meanwhile. */
  private async settle(row: AgainRow, then: Partial<AgainRow>): Promise<void> {
    await this.network.outbox.store.write(async (tables) => {
      const there = (await tables.get('blob', HEARD + row.id)) as Held | undefined;
      if (there?.row.serial !== row.serial) return;
      await tables.put('blob', HEARD + row.id, { ...there, row: { ...there.row, ...WAITING, ...then } });
    });
  }

  /** Delete what was heard, unless something else was heard meanwhile; whether it is gone. */
  private async forget(row: AgainRow): Promise<boolean> {
    return this.network.outbox.store.write(async (tables) => {
      const there = (await tables.get('blob', HEARD + row.id)) as Held | undefined;
      if (there?.row.serial !== row.serial) return false;
      await tables.delete('blob', HEARD + row.id);
      return true;
    });
  }
}

const WAITING = { state: 'queued' as const, version: null, code: null, errors: [], confirmed_at: null };

/** What the list makes of what was heard; null where it is deleted. Pure. `now`: seconds by the server's clock. */
export function afterList(row: AgainRow, task: Task | undefined, now: number): AgainRow | null {
  if (task?.state === 'not_needed') return null;
  if (row.state === 'safe') {
    const isThere = task !== undefined && task.version >= (row.version ?? 0); // else a server that was restored
    return isThere && now - (row.confirmed_at ?? now) <= NAMED_S ? row : null;
  }
  if (task === undefined || row.state === 'to_fix' || row.state === 'queued') return row;
  if (row.state === 'sent' && task.version >= (row.version ?? 0))
    return { ...row, state: 'safe', confirmed_at: now };
  // Given back, or lost by a server that was restored; or done from another tablet of the same account: sent again it does no
  // harm, and is not left here for ever.
  const isOurs = task.state === 'to_do' || (task.state === 'done' && row.state === 'kept');
  return isOurs ? { ...row, ...WAITING } : row;
}

async function heldIn(tables: Reading): Promise<Held[]> {
  return (await tables.all('blob', HEARD)).map(([, held]) => held as Held);
}

/** The receipt of this re-interview; a portal's 200 is none. */
function isReceipt(answer: Answer, id: string): boolean {
  if (answer.status !== 200 && answer.status !== 201) return false;
  const told = answer.object;
  return told?.id === id && Number.isInteger(told.version) && typeof told.client_action === 'string';
}

const WHOLE = has({ items: 'array', next_cursor: 'any' });

function isPage(answer: Answer): boolean {
  const next = answer.object?.next_cursor;
  return WHOLE(answer) && (next === null || typeof next === 'string');
}

function pageOf(answer: Answer, cursor: string): Page {
  const { items, next_cursor } = answer.object as unknown as components['schemas']['ReinterviewTasks'];
  const sound = items.filter((each) => typeof each?.id === 'string' && typeof each.state === 'string');
  return { cursor, tag: answer.headers.get('ETag'), items: sound, next_cursor };
}

/** The server points from the body of the request on. */
function fromAnswers(each: Doubt): Doubt {
  return { ...each, pointer: (each.pointer ?? '').replace(/^\/body/, '') };
}
