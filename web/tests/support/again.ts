// Re-interviews of a test's own: records of one new enumerator that are drawn for certain, and given to another one.

import { createHmac } from 'node:crypto';
import { type APIRequestContext, expect } from '@playwright/test';
import { KNOWN_IDENTITIES } from '../../protocol/src/known.ts';
import { type Api, asked, newId, OWN_PASSWORD } from './api.ts';
import { CAMPAIGN, type Enumerator, newEnumerator } from './field.ts';
import { newNik } from './filling.ts';
import { PASSWORD } from './settings.ts';

/** Of the demo (`proof/kumkm_proof/demo/asked_again.py`): two in a hundred, under this seed. */
const [SHARE, SEED] = [0.02, 'contoh-kabupaten-oku-2022'];

/** What the first interview heard. */
export interface First {
  readonly name: string;
  readonly owner: string;
  readonly nik: string;
}

export interface Drawn extends First {
  readonly id: string;
}

/** An id whose record is drawn (`docs/quality.md`). */
function drawnId(): string {
  for (;;) {
    const id = newId();
    const digest = createHmac('sha256', SEED)
      .update(Buffer.from(id.replaceAll('-', ''), 'hex'))
      .digest();
    if (Number(digest.readBigUInt64BE()) / 2 ** 64 < SHARE) return id;
  }
}

/** Businesses that a new enumerator recorded, and that another one is to ask again. */
export async function askedAgain(
  request: APIRequestContext,
  by: Enumerator,
  names: readonly string[],
): Promise<Drawn[]> {
  const first = await newEnumerator(request);
  const heard = names.map((name): First => ({ name, owner: `Siti ${name}`, nik: newNik() }));
  const ids = await recordedBy(request, first, heard);
  const admin = await asked(request, 'admin');
  const found = new Map<string, string>();
  await expect
    .poll(
      async () => {
        const { items } = await admin.get(`/v1/quality/reinterviews?region=16.71&limit=1000`);
        for (const each of items) if (ids.includes(each.record_id)) found.set(each.record_id, each.id);
        return found.size;
      },
      { timeout: 50_000 },
    )
    .toBe(ids.length); // the server draws every 15 seconds
  const drawn = heard.map((each, at) => ({ ...each, id: found.get(ids[at] ?? '') ?? '' }));
  for (const { id } of drawn) await give(request, admin, id, by.username);
  return drawn;
}

/** Give a re-interview to somebody. */
export async function give(
  request: APIRequestContext,
  admin: Api,
  id: string,
  enumerator: string,
): Promise<void> {
  const headers = { Authorization: `Bearer ${admin.token}` };
  const told = await request.put(`/v1/quality/reinterviews/${id}/assignment`, {
    headers,
    data: { enumerator },
  });
  expect(told.status(), await told.text()).toBeLessThan(300);
}

/** What supervisors see of a re-interview. */
// biome-ignore lint/suspicious/noExplicitAny: what an answer holds is what a test asks about
export async function supervised(request: APIRequestContext, id: string): Promise<any> {
  const admin = await asked(request, 'admin');
  const { items } = await admin.get(`/v1/quality/reinterviews?region=16.71&limit=1000`);
  return items.find((each: { id: string }) => each.id === id);
}

/** The filter of OKU's numbers, as a tablet of the demo gets it. */
export async function filterOfOku(
  request: APIRequestContext,
): Promise<{ body: Buffer; contentType: string }> {
  const form = {
    ...{ grant_type: 'password', username: 'enumerator.84', password: PASSWORD },
    device_id: 'tablet-of-a-measure', // as in api.ts: a person has one tablet
  };
  const { access_token } = await (await request.post('/v1/auth/token', { form })).json();
  const headers = { Authorization: `Bearer ${access_token}`, Accept: KNOWN_IDENTITIES };
  const told = await request.get(`/v1/sync/known-identities?region=16.01&campaign=${CAMPAIGN}`, { headers });
  expect(told.status()).toBe(200);
  return { body: await told.body(), contentType: KNOWN_IDENTITIES };
}

async function recordedBy(
  request: APIRequestContext,
  person: Enumerator,
  heard: readonly First[],
): Promise<string[]> {
  const data = { username: person.username, activation_code: person.code, new_password: OWN_PASSWORD };
  expect((await request.post('/v1/auth/password', { data })).status()).toBe(204);
  const form = {
    ...{ grant_type: 'password', username: person.username, password: OWN_PASSWORD },
    device_id: newId(),
  };
  const { access_token } = await (await request.post('/v1/auth/token', { form })).json();
  const ids = heard.map(drawnId);
  const answer = await request.put(`/v1/sync/batches/${newId()}`, {
    headers: { Authorization: `Bearer ${access_token}` },
    data: {
      campaign: CAMPAIGN,
      sent_at: new Date().toISOString(),
      items: heard.map(({ name, owner, nik }, at) => ({
        ...{ record_id: ids[at], revision: 1, questionnaire: 'umkm@2', region_code: person.village },
        captured_at: new Date(Date.now() - 60_000).toISOString(),
        location: { latitude: -2.99, longitude: 104.75, accuracy_m: 6.5 },
        answers: { legal_name: name, kbli: '56102', owner: { name: owner, nik }, address: 'Jalan Melati 4' },
      })),
    },
  });
  const { items } = await answer.json();
  const outcomes = items.map((each: { outcome: string }) => each.outcome);
  expect(outcomes, JSON.stringify(items)).toEqual(ids.map(() => 'accepted'));
  return ids;
}
