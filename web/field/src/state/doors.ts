// Doors that are to be visited again: those that the server counts as open, from all tablets, and those of this one.

import { Refused } from '@kumkm/protocol/network.ts';
import { blank, insert, isVisit, type Row, rowsIn } from '@kumkm/protocol/outbox.ts';
import { here, keep, kept } from './device.ts';

export interface Again {
  record_id: string;
  campaign: string;
  region_code: string;
  listing_id: string | null;
  visits: number;
  next_visit_on: string | null;
  name: string;
}

interface Told {
  record_id: string;
  revision: number;
  campaign: string;
  region_code: string;
  visits: number;
  next_visit_on: string | null;
}

const MOST = 1_000;
const OPEN_AFTER = 'absent';

/**
 * Read them. A record of another tablet, or one that was deleted here, gets its revision noted, so that the next visit is the
 * next revision of it.
 */
export async function readDoors(): Promise<void> {
  const { outbox, network } = here().tablet;
  let items: Told[];
  try {
    const query = { state: 'open_visits', limit: MOST };
    const answer = await network.send('GET', '/v1/doors', { query }, ({ object }) =>
      Array.isArray(object?.items),
    );
    items = answer.object?.items as Told[];
  } catch (fault) {
    if (fault instanceof Refused) return;
    throw fault;
  }
  await outbox.store.write(async (tables) => {
    for (const { record_id, revision, campaign } of items) {
      const rows = await rowsIn(tables, record_id);
      if (rows.some((row) => row.revision >= revision)) continue;
      const row = { ...blank(campaign, { questionnaire: 'visit@1', answers: {} }), record_id, revision };
      await insert(tables, { ...row, state: 'purged' });
    }
  });
  await keep(
    'doors',
    items.map(({ record_id, campaign, region_code, visits, next_visit_on }) => ({
      ...{ record_id, campaign, region_code, visits, next_visit_on },
    })),
  );
}

/** Those of a campaign, the one that was agreed for the earliest day first. */
export async function againDoors(campaign: string): Promise<Again[]> {
  const { outbox } = here().tablet;
  const told = ((await kept<Told[]>('doors')) ?? []).filter((each) => each.campaign === campaign);
  const byRecord = new Map<string, Row[]>();
  for (const row of await outbox.rows())
    byRecord.set(row.record_id, [...(byRecord.get(row.record_id) ?? []), row]);
  const found = new Map<string, Again>();
  for (const each of told) found.set(each.record_id, { ...each, listing_id: null, name: '' });
  for (const [record_id, rows] of byRecord) {
    const newest = rows.reduce((one, other) => (other.revision > one.revision ? other : one));
    // What the server has not confirmed is not in what it told.
    const isUnsure = !['confirmed', 'purged'].includes(newest.state);
    // What was recorded here since is newer than what the server told.
    if (rows.some((row) => !isVisit(row) && row.bytes > 0)) found.delete(record_id);
    else if (newest.campaign === campaign && isVisit(newest) && newest.bytes > 0) {
      const item = await outbox.item(newest);
      const { result, next_visit_on = null } = item?.answers ?? {};
      if (result !== OPEN_AFTER) found.delete(record_id);
      else if (isUnsure || found.has(record_id))
        found.set(record_id, {
          ...{ record_id, campaign, region_code: String(item?.region_code ?? ''), name: '' },
          ...{ listing_id: newest.listing_id, next_visit_on: next_visit_on as string | null },
          visits: rows.filter(isVisit).length,
        });
    }
  }
  const doors = [...found.values()];
  const names = new Map(
    (await here().tablet.listing.doors(campaign)).map(({ entry }) => [entry.listing_id, entry.name]),
  );
  for (const door of doors) door.name = names.get(door.listing_id ?? '') ?? '';
  const order = (door: Again) => door.next_visit_on ?? '9999';
  return doors.sort((one, other) => (order(one) < order(other) ? -1 : 1));
}
