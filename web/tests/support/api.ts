import { randomUUID } from 'node:crypto';
import { type APIRequestContext, type APIResponse, expect } from '@playwright/test';
import { PASSWORD } from './settings.ts';

/** What the API itself says to one account, and takes from it. */
export interface Api {
  readonly token: string;
  // biome-ignore lint/suspicious/noExplicitAny: what an answer holds is what a test asks about
  readonly get: (path: string) => Promise<any>;
  readonly post: (path: string, data: unknown) => Promise<APIResponse>;
  readonly call: (method: string, path: string) => Promise<APIResponse>;
}

/** By account; good for an hour, so that each is signed in once. */
const tokens = new Map<string, string>();

export async function asked(
  request: APIRequestContext,
  username: string,
  password: string = PASSWORD,
): Promise<Api> {
  let token = tokens.get(username);
  if (token === undefined) {
    const form = { grant_type: 'password', username, password };
    const granted = await (await request.post('/v1/auth/token', { form })).json();
    token = String(granted.access_token);
    tokens.set(username, token);
  }
  const headers = { Authorization: `Bearer ${token}` };
  return {
    token,
    get: async (path) => await (await request.get(path, { headers })).json(),
    post: async (path, data) => await request.post(path, { headers, data }),
    call: async (method, path) => await request.fetch(path, { headers, method }),
  };
}

export const OWN_PASSWORD = 'kuda makan jagung manis';

export interface Person {
  readonly username: string;
  readonly name: string;
  readonly code: string;
}

let made = 0;

/** An account that only one test uses, in a regency that no other test looks at; its first password is not set yet. */
export async function newPerson(request: APIRequestContext, role = 'officer'): Promise<Person> {
  const admin = await asked(request, 'admin');
  made += 1;
  const username = `uji.${Date.now().toString(36)}.${process.pid}.${made}`;
  const name = `Orang ${made}`;
  const answer = await admin.post('/v1/accounts', { username, name, role, region_code: '16.71' });
  expect(answer.status()).toBe(201);
  return { username, name, code: String((await answer.json()).activation_code) };
}

/** An id of version 7, as tablets make them. */
export function newId(): string {
  const time = Date.now().toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${randomUUID().slice(15)}`;
}

let tablet: string | undefined;

/** A batch of new records, as a tablet of an enumerator sends it whose figures no other test looks at. */
export async function sendRecords(request: APIRequestContext, ids: readonly string[]): Promise<void> {
  if (tablet === undefined) {
    const form = {
      grant_type: 'password',
      username: 'enumerator.84',
      password: PASSWORD,
      device_id: 'tablet-of-a-measure',
    };
    tablet = String((await (await request.post('/v1/auth/token', { form })).json()).access_token);
  }
  const answer = await request.put(`/v1/sync/batches/${newId()}`, {
    headers: { Authorization: `Bearer ${tablet}` },
    data: {
      campaign: 'pl-kumkm-2022',
      sent_at: '2022-09-13T08:00:03+07:00',
      items: ids.map((id) => ({
        record_id: id,
        revision: 1,
        questionnaire: 'umkm@1',
        region_code: '16.01.14.1003',
        captured_at: '2022-09-12T09:14:40+07:00',
        answers: { legal_name: 'Warung Bu Sari', kbli: '47112' },
      })),
    },
  });
  expect(answer.status()).toBe(201);
}
