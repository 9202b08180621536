// Signing in and out on this tablet.

import { TABLES } from '@kumkm/protocol/store.ts';
import { written } from '../storage/store.ts';
import { changed, handshake, here, keep, kept, phase } from './device.ts';
import { go } from './route.ts';

export interface Card {
  server: string;
  username: string;
  code: string;
}

/** What the QR of an activation card says; null where it is none (`KUMKM1`, server, user name, code: a line each). */
export function readCard(text: string): Card | null {
  const [mark, server = '', username = '', code = ''] = text.split(/\r?\n/);
  return mark === 'KUMKM1' && username !== '' && code !== '' ? { server, username, code } : null;
}

/**
 * Sign in for the first time, and fetch everything that is needed without a signal. With a code the password becomes that of
 * the account. @throws Refused, Offline
 */
export async function enrol(said: {
  username: string;
  password: string;
  code: string | null;
  deviceName: string;
}) {
  const { tablet } = here();
  const username = said.username.trim().toLowerCase(); // as the server keeps it, whatever was typed
  if (said.code !== null) await tablet.network.setPassword(username, said.code, said.password);
  await tablet.enrol(username, said.password, said.deviceName);
  const shaken = await handshake();
  const ahead = shaken === null ? 0 : (Date.now() - Date.parse(shaken.server_time)) / 1000;
  await keep('clock_ahead', Number.isFinite(ahead) ? Math.round(ahead) : 0);
  await keep('device_name', said.deviceName);
  phase.set('pin');
}

/** The same person again: after the end of a session, or without the PIN. @throws Refused, Offline */
export async function signInAgain(password: string): Promise<void> {
  const { tablet } = here();
  const username = (await tablet.outbox.get<string>('username')) ?? '';
  await tablet.network.signIn(username, password, (await kept<string>('device_name')) ?? 'Tablet');
  changed();
}

/** What would be lost by signing out: not yet on the server, or not finished. */
export async function unsafe(): Promise<number> {
  const { tablet, drafts } = here();
  const [rows, open, photos] = [
    await tablet.outbox.rows('queued', 'sending', 'acknowledged', 'kept', 'to_fix', 'returned'),
    await drafts.all(),
    await tablet.photos.all(),
  ];
  const again = (await tablet.reinterviews.rows()).filter((row) => row.state !== 'safe');
  return rows.length + again.length + open.length + photos.length;
}

/** Forget everything but the id of the tablet; the key goes with it. The server is told, where it can be reached. */
export async function signOut(): Promise<void> {
  const { database, seal, tablet } = here();
  await revoke().catch(() => {});
  const device_id = await tablet.outbox.get<string>('device_id');
  await written(database, [...TABLES, 'draft', 'key', 'app'], async (transaction) => {
    for (const name of transaction.objectStoreNames) await transaction.objectStore(name).clear();
    if (device_id !== null) await transaction.objectStore('meta').put(device_id, 'device_id');
  });
  seal.forget();
  phase.set('enrol');
  go('#/tugas', true);
  changed();
}

async function revoke(): Promise<void> {
  const { tablet } = here();
  const session = await tablet.outbox.secret<{ refresh_token: string | null }>('blob', 'session');
  if (session?.refresh_token == null) return;
  const body = new URLSearchParams({ token: session.refresh_token }).toString();
  const headers = { 'Content-Type': 'application/x-www-form-urlencoded' };
  await tablet.network.once('POST', '/v1/auth/revoke', { headers, body }, false);
}
