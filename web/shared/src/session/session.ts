import { ApiProblem } from '../api/problem.ts';
import type { components } from '../api/schema.d.ts';
import { Store } from '../store.ts';
import { type Account, type Asked, askForSession, type Grant, type NewPassword } from './wire.ts';

/**
 * Who is at the desk, as far as this tab knows.
 *
 * `expired`: the session ended while a page was open. The page stays as it is, with all that was typed, and the
 * sign-in comes over it.
 */
export type SessionState = 'starting' | 'signed_out' | 'signed_in' | 'expired';

export const sessionState = new Store<SessionState>('starting');

/** Whose session it is; stays while the session is `expired`, since it is the same account that goes on. */
export const account = new Store<Account | undefined>(undefined);

interface Token {
  readonly value: string;
  /** Of `performance.now()`: from when on it should not be used any more. */
  readonly until: number;
}

/** In memory alone: a page that is closed forgets it. */
let token: Token | undefined;

/** The session that goes on, as the server names it; and those that ended: an answer on its way begins none again. */
let session: string | undefined;
const over = new Set<string>();

const LOCK = 'kumkm.session';
const MARGIN_S = 20;

type News = { readonly kind: 'grant'; readonly grant: Grant } | { readonly kind: 'signed_out' };

/** Tabs tell each other what they got, so that one refresh serves them all. */
const tabs = new BroadcastChannel(LOCK);

tabs.onmessage = ({ data }: MessageEvent<News>) => {
  if (data.kind === 'grant') take(data.grant);
  else end();
};

function take(grant: Grant): void {
  if (over.has(grant.session_id)) return;
  const before = account.get();
  // Somebody else signed in at this browser: nothing of the former one stays.
  if (before !== undefined && before.id !== grant.account.id) end();
  session = grant.session_id;
  token = { value: grant.access_token, until: performance.now() + (grant.expires_in - MARGIN_S) * 1000 };
  // The same account told again is no news to those who look at it.
  if (JSON.stringify(account.get()) !== JSON.stringify(grant.account)) account.set(grant.account);
  sessionState.set('signed_in');
}

function tell(grant: Grant): void {
  take(grant);
  tabs.postMessage({ kind: 'grant', grant } satisfies News);
}

function end(): void {
  if (session !== undefined) over.add(session);
  session = undefined;
  token = undefined;
  account.set(undefined);
  sessionState.set('signed_out');
}

function fresh(): string | undefined {
  return token !== undefined && performance.now() < token.until ? token.value : undefined;
}

/** One tab at a time asks for a session; the others wait, and mostly find that they have one by then. */
async function alone<T>(work: () => Promise<T>): Promise<T> {
  return 'locks' in navigator ? await navigator.locks.request(LOCK, work) : await work();
}

/** Where the address is not https, browsers have no `randomUUID`. */
function random(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join('');
}

let attempt: string | undefined;
let refreshing: Promise<string | undefined> | undefined;

/**
 * A token that is not the one that was refused; undefined where the session is over.
 *
 * @throws Unreachable: whether the session is over nobody knows.
 */
function refresh(refused: string | undefined): Promise<string | undefined> {
  // Where the answer is lost, the same attempt is answered again.
  attempt ??= random();
  refreshing ??= alone(async () => {
    const known = fresh();
    if (known !== undefined && known !== refused) return known; // another tab was faster
    try {
      const grant = await askForSession({ grant: 'refresh', attempt_id: attempt ?? random() });
      attempt = undefined;
      if (grant === undefined) return undefined;
      tell(grant);
      return fresh();
    } catch (fault) {
      if (fault instanceof ApiProblem && fault.status < 500 && fault.status !== 429) {
        token = undefined;
        attempt = undefined;
        const before = sessionState.get();
        sessionState.set(before === 'signed_in' || before === 'expired' ? 'expired' : 'signed_out');
        return undefined;
      }
      throw fault;
    }
  }).finally(() => {
    refreshing = undefined;
  });
  return refreshing;
}

/** The token to send with a request; undefined where nobody is signed in. */
export async function accessToken(): Promise<string | undefined> {
  return fresh() ?? (await refresh(undefined));
}

/** Another token in place of one that the server refused. */
export async function anotherToken(refused: string): Promise<string | undefined> {
  const known = fresh();
  return known !== undefined && known !== refused ? known : await refresh(refused);
}

async function enter(asked: Asked): Promise<void> {
  await alone(async () => {
    const grant = await askForSession(asked);
    if (grant === undefined) throw new ApiProblem(502, undefined);
    tell(grant);
  });
}

/** @throws ApiProblem, Unreachable */
export async function signIn(username: string, password: string): Promise<void> {
  await enter({ grant: 'password', username, password });
}

/**
 * With what a passkey signed.
 *
 * @throws ApiProblem, Unreachable
 */
export async function signInWithCredential(credential: components['schemas']['Credential']): Promise<void> {
  await enter({ grant: 'passkey', credential });
}

/**
 * Set a password and be signed in with it. Every other session of the account ends.
 *
 * @throws ApiProblem, Unreachable
 */
export async function setPassword(told: Omit<NewPassword, 'grant'> & Proof): Promise<void> {
  await enter({ grant: 'new_password', ...told });
}

type Proof = { readonly activation_code: string } | { readonly current_password: string };

const leaving = new Set<() => Promise<void>>();
const LONGEST_LEAVE_MS = 3_000;

/** Work to be finished before somebody signs out: what was decided moments ago and is not sent yet. */
export function beforeSignOut(work: () => Promise<void>): void {
  leaving.add(work);
}

async function finish(): Promise<void> {
  const late = new Promise((resolve) => setTimeout(resolve, LONGEST_LEAVE_MS));
  await Promise.race([Promise.allSettled([...leaving].map((work) => work())), late]);
}

function leave(): void {
  tabs.postMessage({ kind: 'signed_out' } satisfies News);
  end();
}

/** Ends the session in all tabs, whatever the server says: who leaves a desk must not stay signed in on the screen. */
export async function signOut(): Promise<void> {
  if (sessionState.get() === 'signed_in') await finish();
  try {
    await askForSession({ grant: 'sign_out' });
  } finally {
    leave();
  }
}

/**
 * Ends every session of the account, this one too, by `work`, which asks the server.
 *
 * @throws What `work` throws: the sessions go on then.
 */
export async function signOutEverywhere(work: () => Promise<void>): Promise<void> {
  await finish();
  await work();
  leave();
}

/** At the start of a page: is there a session that goes on? */
export async function resume(): Promise<void> {
  try {
    await refresh(undefined);
  } catch {
    sessionState.set('signed_out'); // the page says that the server cannot be reached
  }
}
