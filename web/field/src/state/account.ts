// Signing in and out on this tablet.

import { Refused } from '@kumkm/protocol/network.ts';
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
  const username = asKept(said.username);
  const signIn = () => tablet.enrol(username, said.password, said.deviceName);
  await (said.code === null ? signIn() : byCode(username, said.code, said.password, signIn));
  const shaken = await handshake();
  const ahead = shaken === null ? 0 : (Date.now() - Date.parse(shaken.server_time)) / 1000;
  await keep('clock_ahead', Number.isFinite(ahead) ? Math.round(ahead) : 0);
  await keep('device_name', said.deviceName);
  phase.set('pin');
}

/** A code or a card is another account's than this tablet's. Nothing was sent, and nothing changed. */
export class OtherAccount extends Error {
  constructor(
    readonly own: string,
    readonly other: string,
  ) {
    super('the tablet is of another account');
  }
}

/** Whose records are on this tablet; empty where nobody is signed in. */
export const ownUsername = async (): Promise<string> =>
  (await here().tablet.outbox.get<string>('username')) ?? '';

/** Records of one person never become another's. @throws OtherAccount */
export function refuseOther(own: string, other: string): void {
  if (asKept(other) !== own) throw new OtherAccount(own, asKept(other));
}

/** The same person again: after the end of a session, or without the PIN. @throws Refused, Offline */
export async function signInAgain(password: string): Promise<void> {
  const { tablet } = here();
  await tablet.network.signIn(await ownUsername(), password, await deviceName());
  changed();
}

/**
 * The same person again, who forgot the password and has a code of the office: `password` is the new one. The tablet stays the
 * same to the server, and all that is on it stays. @throws OtherAccount, Refused, Offline
 */
export async function signInByCode(said: Omit<Card, 'server'> & { password: string }): Promise<void> {
  const { tablet } = here();
  const own = await ownUsername();
  refuseOther(own, said.username);
  const name = await deviceName();
  await byCode(own, said.code, said.password, () => tablet.network.signIn(own, said.password, name));
  changed();
}

const deviceName = async (): Promise<string> => (await kept<string>('device_name')) ?? 'Tablet';

/** A user name as the server keeps it, whatever was typed. */
const asKept = (username: string): string => username.trim().toLowerCase();

/**
 * Set the password by a code, then sign in. A code is good once: if the answer was lost, the code is refused from then on, and
 * the new password is right already. That a code was sent is on disk before it is, so that it holds when the app was ended.
 */
async function byCode(username: string, code: string, password: string, signIn: () => Promise<void>) {
  const { network } = here().tablet;
  const sent = await digestOf(`${username} ${code}`);
  const before = await kept<string>('code_sent');
  await keep('code_sent', sent, false);
  try {
    await network.setPassword(username, code, password);
  } catch (fault) {
    if (!(fault instanceof Refused) || fault.code !== 'invalid_grant') throw fault;
    const mayBeDone = fault.before > 0 || before === sent;
    if (mayBeDone) {
      try {
        return await signIn();
      } catch (other) {
        if (!(other instanceof Refused) || other.code !== 'invalid_grant') throw other;
      }
    }
    await keep('code_sent', null, false);
    throw fault;
  }
  await signIn();
}

/** Of a code, which is a secret until it is used. */
async function digestOf(text: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return Array.from(new Uint8Array(digest), (each) => each.toString(16).padStart(2, '0')).join('');
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
