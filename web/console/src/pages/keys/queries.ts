import { api, done, got } from '@kumkm/shared/api/client.ts';
import type { components } from '@kumkm/shared/api/schema.d.ts';
import { pagesQuery } from '../../data/pages.ts';

export type Key = components['schemas']['ApiKeyOut'];
export type NewKey = components['schemas']['NewApiKeyOut'];
export type AskedKey = components['schemas']['ApiKeyIn'];

const A_PAGE = 100;

export const KEYS = ['keys'];

/** Read-only keys, those that are over as well where asked for. */
export function keysQuery(ended: boolean) {
  return pagesQuery([...KEYS, ended], A_PAGE, ({ page, signal }) =>
    got(api.GET('/v1/keys', { signal, params: { query: { ended, ...page } } })),
  );
}

export function makeKey(body: AskedKey): Promise<NewKey> {
  return got(api.POST('/v1/keys', { body }));
}

export async function revokeKey(id: string): Promise<void> {
  await done(api.DELETE('/v1/keys/{key_id}', { params: { path: { key_id: id } } }));
}
