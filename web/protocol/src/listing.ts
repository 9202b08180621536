// The listing on a tablet: the doors that the round begins from, kept for work without a signal. A page and its cursor are
// stored together, so that whatever ends the app, nothing is missing and nothing stays that is to be forgotten.

import { exactJson, parseExactly } from './canonical.ts';
import { has, type Network, Refused } from './network.ts';
import { bytes, keep, text } from './outbox.ts';
import type { components } from './schema.d.ts';

export type Entry = components['schemas']['TabletEntry'];
type Handshake = components['schemas']['HandshakeOut'];
type Page = components['schemas']['ListingPage'];

const PAGE = 500;
const COUNTRY = 'ID';
const NOT_DONE: ReadonlySet<string> = new Set(['open', 'open_visits']);

/** A door; `record_id`: of the newest record that this tablet made there, where it still has it. */
export interface Door {
  campaign: string;
  entry: Entry;
  record_id: string | null;
}

interface Listed {
  region_code: string;
  content: unknown;
}

/** Whether nobody has to go there any more, as far as the server has said. */
export function isDone(entry: Entry): boolean {
  return !NOT_DONE.has(entry.state);
}

export class Listing {
  constructor(private readonly network: Network) {}

  /** All doors of a campaign, by village and name. */
  async doors(campaign: string): Promise<Door[]> {
    const { outbox } = this.network;
    const kept = await outbox.store.read((tables) => tables.all('listed', `${campaign}/`));
    const recorded = new Map<string, string>();
    for (const row of await outbox.rows()) {
      if (row.listing_id !== null && row.bytes > 0) recorded.set(row.listing_id, row.record_id);
    }
    const doors = await Promise.all(
      kept.map(async ([, listed]): Promise<Door> => {
        const entry = parseExactly(text(await outbox.seal.open((listed as Listed).content))) as Entry;
        return { campaign, entry, record_id: recorded.get(entry.listing_id) ?? null };
      }),
    );
    const order = (door: Door) => `${door.entry.region_code}\0${door.entry.name}\0${door.entry.listing_id}`;
    return doors.sort((one, other) => (order(one) < order(other) ? -1 : 1));
  }

  /** Read what changed in the listing of each campaign. @throws Refused, SignInNeeded, Offline: what came is kept. */
  async sync(shaken: Handshake): Promise<void> {
    for (const { code, assignments } of shaken.campaigns) {
      if (assignments.length > 0 || (await this.network.outbox.get(cursorOf(code))) !== null)
        await this.read(code);
    }
  }

  private async read(campaign: string): Promise<void> {
    for (let more = true; more; ) {
      const cursor = await this.network.outbox.get<string>(cursorOf(campaign));
      const query = { campaign, limit: PAGE, ...(cursor === null ? {} : { cursor }) };
      try {
        const whole = has({ items: 'array', forget: 'array', next_cursor: 'string', more: 'boolean' });
        const page = (await this.network.send('GET', '/v1/sync/listing', { query }, whole))
          .object as unknown as Page;
        await this.keep(campaign, page);
        more = page.more;
      } catch (fault) {
        if (!(fault instanceof Refused)) throw fault;
        if (fault.status === 404) return; // a server of an earlier release
        if (fault.status !== 410) throw fault;
        await this.forget(campaign);
      }
    }
  }

  /** A page and its cursor, all of it or nothing. */
  private async keep(campaign: string, page: Page): Promise<void> {
    const { outbox } = this.network;
    const entries = await Promise.all(
      page.items.map(async (entry): Promise<[string, Listed]> => {
        const content = await outbox.seal.seal(bytes(exactJson(entry)));
        return [`${campaign}/${entry.listing_id}`, { region_code: entry.region_code, content }];
      }),
    );
    await outbox.store.write(async (tables) => {
      if (page.forget.length > 0) {
        for (const [key, listed] of await tables.all('listed', `${campaign}/`)) {
          if (page.forget.some((area) => lies((listed as Listed).region_code, area)))
            await tables.delete('listed', key);
        }
      }
      for (const [key, listed] of entries) await tables.put('listed', key, listed);
      await keep(tables, { [cursorOf(campaign)]: page.next_cursor });
    });
  }

  /** After a restore of the server the listing is read again from the start. */
  private async forget(campaign: string): Promise<void> {
    await this.network.outbox.store.write(async (tables) => {
      for (const [key] of await tables.all('listed', `${campaign}/`)) await tables.delete('listed', key);
      await keep(tables, { [cursorOf(campaign)]: null });
    });
  }
}

/** Whether a region is an area or lies in it. */
export function lies(region: string, area: string): boolean {
  return area === COUNTRY || region === area || region.startsWith(`${area}.`);
}

function cursorOf(campaign: string): string {
  return `listing cursor ${campaign}`;
}
