import { api, done, got } from '@kumkm/shared/api/client.ts';
import type { components } from '@kumkm/shared/api/schema.d.ts';
import { makePasskey } from '@kumkm/shared/session/passkeys.ts';
import { signOutEverywhere } from '@kumkm/shared/session/session.ts';
import { queryOptions } from '@tanstack/react-query';

export type Passkey = components['schemas']['PasskeyOut'];
export type OwnSession = components['schemas']['OwnSessionOut'];

/** Where one is signed in. Asked again while it is looked at: what began elsewhere is seen. */
export const sessionsQuery = queryOptions({
  queryKey: ['account', 'sessions'],
  queryFn: async ({ signal }) => (await got(api.GET('/v1/auth/sessions', { signal }))).items,
  refetchInterval: 15_000,
});

export const passkeysQuery = queryOptions({
  queryKey: ['account', 'passkeys'],
  queryFn: async ({ signal }) => (await got(api.GET('/v1/auth/passkeys', { signal }))).items,
});

export async function endSession(id: string): Promise<void> {
  await done(api.DELETE('/v1/auth/sessions/{session_id}', { params: { path: { session_id: id } } }));
}

export async function endAll(): Promise<void> {
  await signOutEverywhere(() => done(api.DELETE('/v1/auth/sessions')));
}

/**
 * Make a passkey on this device, and keep it under a name.
 *
 * @param password where it is long since somebody proved who it is.
 * @throws ApiProblem `proof_needed`: a password is. Unreachable, PasskeyFault.
 */
export async function addPasskey(name: string, password: string): Promise<Passkey> {
  const proof = password === '' ? {} : { current_password: password };
  const { options } = await got(api.POST('/v1/auth/passkeys/registration', { body: proof }));
  const credential = await makePasskey(options);
  return await got(api.POST('/v1/auth/passkeys', { body: { credential, name } }));
}

export async function renamePasskey(id: string, name: string): Promise<void> {
  await done(
    api.PATCH('/v1/auth/passkeys/{passkey_id}', { params: { path: { passkey_id: id } }, body: { name } }),
  );
}

export async function removePasskey(id: string): Promise<void> {
  await done(api.DELETE('/v1/auth/passkeys/{passkey_id}', { params: { path: { passkey_id: id } } }));
}
