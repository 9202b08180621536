// What there is to do: campaigns, villages, forms, doors, and what is being filled in.

import { uuid7 } from '@kumkm/protocol/ids.ts';
import { lies } from '@kumkm/protocol/listing.ts';
import type { Item, Row } from '@kumkm/protocol/outbox.ts';
import type { Handshake, Reference } from '@kumkm/protocol/tablet.ts';
import { type Answers, Form } from '@kumkm/shared/forms/form.ts';
import type { Schema } from '@kumkm/shared/forms/schema.ts';
import { withoutBlanks } from '../forms/entries.ts';
import { apart, withTyped } from '../forms/typed.ts';
import { type Draft, isAgain } from '../storage/drafts.ts';
import { changed, handshake, here, keep, kept, nowHere, reference, serverNow } from './device.ts';

export type Campaign = Handshake['campaigns'][number];
export type Region = Reference['regions'][number];
/** What is asked about: an enterprise, a cooperative, or a visit without an interview. */
export type Kind = 'umkm' | 'koperasi' | 'visit';

const FIRST: Campaign['code'] = '';

/** Campaigns with an assignment, and the one that is worked for: what was chosen, or the running one that began last. */
export async function campaigns(): Promise<{ all: Campaign[]; current: Campaign | null }> {
  const all = ((await handshake())?.campaigns ?? []).filter((each) => each.assignments.length > 0);
  const [chosen, today] = [(await kept<string>('campaign')) ?? FIRST, day(await serverNow())];
  return { all, current: currentOf(all, chosen, today) };
}

export function currentOf(all: readonly Campaign[], chosen: string, today: string): Campaign | null {
  const running = all.filter((each) => each.starts_on <= today && today <= each.ends_on);
  const newest = [...running].sort((one, other) => (one.starts_on < other.starts_on ? 1 : -1))[0];
  return all.find((each) => each.code === chosen) ?? newest ?? all[0] ?? null;
}

export const choose = (campaign: string): Promise<void> => keep('campaign', campaign);

/** A day in western Indonesia, of a moment in milliseconds since 1970. */
export function day(moment: number): string {
  return new Date(moment + 7 * 3_600_000).toISOString().slice(0, 10);
}

/** Places where something can be recorded: neighbourhoods, where a village has them, else villages; all by their names. */
export function places(campaign: Campaign, regions: readonly Region[]): Region[] {
  const areas = campaign.assignments.map((each) => each.region.code);
  const inside = regions.filter(({ code }) => areas.some((area) => lies(code, area)));
  const finest = inside.filter(
    ({ code, level }) =>
      level === 'neighbourhood' ||
      (level === 'village' &&
        !inside.some((each) => each.level === 'neighbourhood' && lies(each.code, code))),
  );
  // Villages that are named in the assignment come before those that only lie in it.
  const own = (code: string) => (areas.some((area) => area.length > 5 && lies(code, area)) ? 0 : 1);
  return finest.sort(
    (one, other) => own(one.code) - own(other.code) || one.name.localeCompare(other.name, 'id'),
  );
}

/** The newest form of a kind that both the server and this app know; null where there is none. */
export async function formName(kind: Kind): Promise<string | null> {
  const accepted = (await handshake())?.questionnaires ?? [];
  const known = (await reference())?.questionnaires ?? {};
  const fitting = accepted
    .filter((name) => name.startsWith(`${kind}@`) && Object.hasOwn(known, name))
    .sort((one, other) => Number(other.split('@')[1]) - Number(one.split('@')[1]));
  for (const name of fitting) {
    if ((await form(name)) !== null) return name;
  }
  return null;
}

const drawn = new Map<unknown, Form | null>();

/** A form of the server; null where this app does not know all that it asks. */
export async function form(name: string): Promise<Form | null> {
  const schema = (await reference())?.questionnaires[name] as Schema | undefined;
  if (schema === undefined) return null;
  if (!drawn.has(schema)) {
    try {
      drawn.set(schema, new Form(schema));
    } catch {
      drawn.set(schema, null);
    }
  }
  return drawn.get(schema) ?? null;
}

export interface Beginning {
  campaign: string;
  questionnaire: string;
  region_code: string;
  listing_id?: string | null;
  answers?: Answers;
  typed?: Draft['typed'];
  /** The record that it becomes the next revision of. */
  record_id?: string | null;
  captured_at?: string | null;
  started_at?: string | null;
  location?: Draft['location'];
  /** Where it begins; -1: at its end, which names what is wrong. */
  page?: number;
}

/** Begin a form, or go on with the one that is open for the record. On disk when this is done. */
export async function begin(said: Beginning): Promise<Draft> {
  const { drafts, tablet } = here();
  const record_id = said.record_id ?? uuid7(Date.now());
  const open = said.record_id == null ? null : await drafts.one(record_id);
  if (open !== null && open.questionnaire === said.questionnaire) return open;
  const after = Math.max(0, ...(await tablet.outbox.revisions(record_id)).map((row) => row.revision));
  const draft: Draft = {
    ...{ record_id, after, campaign: said.campaign, questionnaire: said.questionnaire },
    ...{ region_code: said.region_code, listing_id: said.listing_id ?? null, answers: said.answers ?? {} },
    ...{
      started_at: said.started_at ?? nowHere(),
      captured_at: said.captured_at ?? null,
      location: said.location ?? null,
      page: said.page ?? 0,
      question: null,
    },
    typed: said.typed ?? {},
  };
  await drafts.keep(draft);
  await keep('place', said.region_code);
  return draft;
}

/**
 * Correct a record as its next revision, with what the server found or a supervisor said: it keeps its point and its times.
 * Times that have not come yet are those of a clock that was ahead, which the server refuses: they become those of the
 * correction. Null: its content left the tablet.
 */
export async function correct(row: Row): Promise<Draft | null> {
  const item = await here().tablet.outbox.item(row);
  if (item === null) return null;
  const asked = await form(item.questionnaire);
  return begin({
    ...{ campaign: row.campaign, questionnaire: item.questionnaire, record_id: row.record_id },
    ...{ region_code: String(item.region_code), listing_id: item.listing_id ?? null },
    ...(asked === null ? { answers: item.answers } : apart(asked, item.answers)),
    ...timesOf(item, await serverNow()),
    location: (item.location ?? null) as Draft['location'],
    page: (row.told?.errors ?? []).length > 0 ? -1 : 0,
  });
}

/** When a record was begun and done, as far as both have come by now (milliseconds since 1970). */
export function timesOf(item: Item, now: number): { started_at: string | null; captured_at: string | null } {
  const come = (at: unknown) => (typeof at === 'string' && Date.parse(at) <= now ? at : null);
  const captured_at = come(item.captured_at);
  return { started_at: captured_at === null ? null : come(item.started_at), captured_at };
}

/** Record what was filled in: it is in the outbox when this is done, and the draft is gone. @throws StorageFull */
export async function finish(draft: Draft): Promise<void> {
  const { drafts, tablet } = here();
  const now = nowHere();
  const isVisit = draft.questionnaire.startsWith('visit@');
  const answers = withoutBlanks(withTyped(draft));
  const item: Item = {
    ...{ record_id: draft.record_id, questionnaire: draft.questionnaire, region_code: draft.region_code },
    ...{ started_at: draft.started_at, captured_at: draft.captured_at ?? now, location: draft.location },
    listing_id: draft.listing_id,
    answers: isVisit ? { visited_at: draft.captured_at ?? now, ...answers } : { ...answers },
  };
  await tablet.record(draft.campaign, item);
  await drafts.drop(draft.record_id);
  changed();
}

/** Throw a draft away, with the photos of a record that was never recorded. */
export async function discard(draft: Draft): Promise<void> {
  const { drafts, tablet } = here();
  await drafts.drop(draft.record_id);
  if (draft.after === 0) {
    for (const photo of await tablet.photos.all())
      if (photo.record_id === draft.record_id) await tablet.photos.drop(photo);
  }
  changed();
}

/** Drafts of records that are open. One whose record was recorded before the app was killed is done already. */
export async function openDrafts(): Promise<Draft[]> {
  const { drafts, tablet } = here();
  const rows = await tablet.outbox.rows();
  const newest = new Map<string, number>();
  for (const row of rows) newest.set(row.record_id, Math.max(newest.get(row.record_id) ?? 0, row.revision));
  const open: Draft[] = [];
  for (const draft of await drafts.all()) {
    if (isAgain(draft)) continue;
    const isDone = rows.some(
      (row) =>
        row.record_id === draft.record_id &&
        row.revision > draft.after &&
        row.questionnaire === draft.questionnaire,
    );
    if (isDone) await drafts.drop(draft.record_id);
    else open.push(draft);
  }
  return open;
}

/** Interviews that were recorded on this tablet today, whether they are sent yet or not. */
export async function recordedToday(campaign: string): Promise<number> {
  const { outbox } = here().tablet;
  const today = nowHere().slice(0, 10);
  const found = new Set<string>();
  for (const row of await outbox.rows()) {
    if (row.campaign !== campaign || row.bytes === 0 || row.questionnaire.startsWith('visit@')) continue;
    const item = await outbox.item(row);
    if (String(item?.captured_at ?? '').startsWith(today)) found.add(row.record_id);
  }
  return found.size;
}
