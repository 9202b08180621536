import { ApiProblem } from '../api/problem.ts';
import { Store } from '../store.ts';
import { askForSession, type Grant } from './wire.ts';

/**
 * Who is at the desk, as far as this tab knows.
 *
 * `expired`: the session ended while a page was open. The page stays as it is, with all that was typed, and the
 * sign-in comes over it.
 */
export type SessionState = 'starting' | 'signed_out' | 'signed_in' | 'expired';

export const sessionState = new Store<SessionState>('starting');

interface Token {
  readonly value: string;
  /** Of `performance.now()`: from when on it should not be used any more. */
  readonly until: number;
}

/** In memory alone: a page that is closed forgets it. */
let token: Token | undefined;

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
  token = { value: grant.accessToken, until: performance.now() + (grant.expiresIn - MARGIN_S) * 1000 };
  sessionState.set('signed_in');
}

function end(): void {
  token = undefined;
  sessionState.set('signed_out');
}

function fresh(): string | undefined {
  return token !== undefined && performance.now() < token.until ? token.value : undefined;
}

/** One tab at a time asks for a session; the others wait, and mostly find that they have one by then. */
async function alone<T>(work: () => Promise<T>): Promise<T> {
  return 'locks' in navigator ? await navigator.locks.request(LOCK, work) : await work();
}

let refreshing: Promise<string | undefined> | undefined;

/**
 * A token that is not the one that was refused; undefined where the session is over.
 *
 * @throws Unreachable: whether the session is over nobody knows.
 */
function refresh(refused: string | undefined): Promise<string | undefined> {
  refreshing ??= alone(async () => {
    const known = fresh();
    if (known !== undefined && known !== refused) return known; // another tab was faster
    try {
      const grant = await askForSession({ grant: 'refresh' });
      if (grant === undefined) return undefined;
      take(grant);
      tabs.postMessage({ kind: 'grant', grant } satisfies News);
      return grant.accessToken;
    } catch (fault) {
      if (fault instanceof ApiProblem && fault.status < 500 && fault.status !== 429) {
        token = undefined;
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

/** @throws ApiProblem, Unreachable */
export async function signIn(username: string, password: string): Promise<void> {
  await alone(async () => {
    const grant = await askForSession({ grant: 'password', username, password });
    if (grant === undefined) throw new ApiProblem(502, undefined);
    take(grant);
    tabs.postMessage({ kind: 'grant', grant } satisfies News);
  });
}

/** Ends the session in all tabs, whatever the server says: who leaves a desk must not stay signed in on the screen. */
export async function signOut(): Promise<void> {
  try {
    await askForSession({ grant: 'sign_out' });
  } finally {
    tabs.postMessage({ kind: 'signed_out' } satisfies News);
    end();
  }
}

/** At the start of a page: is there a session that goes on? */
export async function resume(): Promise<void> {
  try {
    await refresh(undefined);
  } catch {
    sessionState.set('signed_out'); // the page says that the server cannot be reached
  }
}
