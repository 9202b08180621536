// Requests over a bad network: signing in and refreshing, waiting between attempts, and telling the server's answers from
// those of a portal. An answer counts only when it is the server's: a status alone proves nothing.

import { parseExactly } from './canonical.ts';
import { secret } from './ids.ts';
import { keep, type Outbox, text } from './outbox.ts';
import type { Doubt } from './states.ts';
import { retryAfter, type Waiting } from './waiting.ts';

const FIRST_BYTE_S = 70;
/** The last attempts to refresh that are kept: two hours of syncing. */
const REFRESHES = 8;

/** The server could not be reached, or was too busy, during all attempts of this sync. Nothing is lost. */
export class Offline extends Error {
  /** `code`: of the last problem that the server answered with; empty where it answered nothing. */
  constructor(readonly code = '') {
    super(code);
  }
}

/** The session is over: the enumerator has to sign in again. Nothing is lost. */
export class SignInNeeded extends Error {}

/** The server understood the request and refused it for good; `code` is stable, `detail` for people. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly detail: string,
    /** What is at fault, where the problem says it. */
    readonly errors: Doubt[] = [],
    /** Attempts at the same request before this one: the server may have done what they asked, and the answer was lost. */
    readonly before = 0,
  ) {
    super(code);
  }
}

export interface Problem {
  code: string;
  detail?: unknown;
  errors?: unknown;
  retryable?: unknown;
}

/** A whole answer. */
export class Answer {
  constructor(
    readonly status: number,
    readonly headers: Headers,
    readonly content: Uint8Array<ArrayBuffer>,
  ) {}

  /** The body, where it is a JSON object; else null. */
  get object(): Record<string, unknown> | null {
    try {
      const told = parseExactly(text(this.content));
      return typeof told === 'object' && told !== null && !Array.isArray(told)
        ? (told as Record<string, unknown>)
        : null;
    } catch {
      return null;
    }
  }

  /** The server's problem; null if the answer is not the server's. */
  get problem(): Problem | null {
    const type = this.headers.get('Content-Type')?.split(';')[0]?.trim();
    const told = type === 'application/problem+json' ? this.object : null;
    return told !== null && typeof told.code === 'string' ? (told as unknown as Problem) : null;
  }

  get sound(): boolean {
    return [200, 201, 204, 304].includes(this.status);
  }
}

export interface Asked {
  query?: Readonly<Record<string, string | number>>;
  headers?: Readonly<Record<string, string>>;
  body?: Uint8Array<ArrayBuffer> | string;
}

/** The world around: all of it can be another one in a test. */
export interface World {
  /** The server's address without a path; empty in a browser that has the app from it. */
  server: string;
  fetch: (url: string, init: RequestInit) => Promise<Response>;
  /** Milliseconds since 1970 by the tablet's clock, however wrong it is. */
  now: () => number;
  sleep: (seconds: number) => Promise<void>;
  waiting: Waiting;
  /** Of what the server says to people. */
  language: string;
  appVersion: string;
}

export class Network {
  constructor(
    readonly world: World,
    readonly outbox: Outbox,
  ) {}

  /**
   * Sign in with a password; the tablet's own id does not change.
   *
   * @throws Refused: the name or the password is wrong, or another tablet is enrolled. Offline.
   */
  async signIn(username: string, password: string, deviceName: string): Promise<void> {
    const device_id = (await this.outbox.get<string>('device_id')) ?? secret();
    await this.outbox.set({ device_id });
    const form = { grant_type: 'password', username, password, device_id, device_name: deviceName };
    const answer = await this.token(form);
    // The newest batch of one enumerator says nothing of another's.
    const another = (await this.outbox.get<string>('username')) !== username;
    await this.keepSession(
      answer,
      { refreshes: null },
      { username, ...(another ? { newest_batch: null } : {}) },
    );
  }

  /** Set a password by an activation code, which is good once; it ends all sessions of the account. @throws Refused, Offline. */
  async setPassword(username: string, activationCode: string, password: string): Promise<void> {
    const body = JSON.stringify({ username, activation_code: activationCode, new_password: password });
    const headers = { 'Content-Type': 'application/json' };
    await this.send('POST', '/v1/auth/password', { headers, body }, (answer) => answer.status === 204, false);
  }

  /**
   * Send until the server answers. `accepts`: whether an answer of 200, 201, 204 or 304 is the one that was asked for.
   *
   * @throws Refused for a final refusal. SignInNeeded, Offline.
   */
  async send(
    method: string,
    path: string,
    asked: Asked,
    accepts: (answer: Answer) => boolean,
    signed = true,
  ): Promise<Answer> {
    await this.waitAsAsked(path);
    const { waiting, sleep } = this.world;
    let last = '';
    for (let attempt = 0; attempt < waiting.attempts; attempt += 1) {
      const { answer } = await this.once(method, path, asked, signed);
      if (answer?.sound && accepts(answer)) return answer;
      const problem = answer?.problem ?? null;
      last = problem?.code ?? '';
      if (answer !== null && problem !== null) {
        if (answer.status === 401 && signed) {
          await this.refresh();
          continue;
        }
        if (!worthAnother(answer.status, problem)) throw refusal(answer.status, problem, attempt);
      }
      const wait = await this.askedToWait(path, answer);
      if (attempt + 1 < waiting.attempts) await sleep(waiting.after(attempt, wait));
    }
    throw new Offline(last);
  }

  /** One attempt. `late`: nothing was answered in time. */
  async once(
    method: string,
    path: string,
    asked: Asked,
    signed: boolean,
  ): Promise<{ answer: Answer | null; late: boolean }> {
    const headers: Record<string, string> = { 'Accept-Language': this.world.language, ...asked.headers };
    if (signed) headers.Authorization = `Bearer ${await this.accessToken()}`;
    const query = new URLSearchParams(
      Object.entries(asked.query ?? {}).map(([name, value]) => [name, String(value)]),
    );
    const url = `${this.world.server}${path}${asked.query === undefined ? '' : `?${query}`}`;
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), FIRST_BYTE_S * 1000);
    try {
      const response = await this.world.fetch(url, {
        ...{
          method,
          headers,
          signal: stop.signal,
          redirect: 'error',
          cache: 'no-store',
          credentials: 'omit',
        },
        ...(asked.body === undefined ? {} : { body: asked.body }),
      });
      clearTimeout(timer);
      return {
        answer: new Answer(response.status, response.headers, new Uint8Array(await response.arrayBuffer())),
        late: false,
      };
    } catch {
      return { answer: null, late: stop.signal.aborted };
    } finally {
      clearTimeout(timer);
    }
  }

  /** Seconds that an answer asks to wait before `what` is sent again; kept for the next start. */
  async askedToWait(what: string, answer: Answer | null): Promise<number | null> {
    const seconds = answer === null ? null : retryAfter(answer.headers.get('Retry-After'), this.world.now());
    if (seconds !== null) await this.outbox.set({ [`wait ${what}`]: [this.world.now(), seconds] });
    return seconds;
  }

  /** Wait for the rest of an earlier `Retry-After`, of this run or of one that ended. */
  async waitAsAsked(what: string): Promise<void> {
    const told = await this.outbox.get<[number, number]>(`wait ${what}`);
    if (told === null) return;
    const left = told[1] - Math.max(0, this.world.now() - told[0]) / 1000;
    if (left > 0) await this.world.sleep(left);
    await this.outbox.set({ [`wait ${what}`]: null });
  }

  /**
   * Get a new access token. The attempt has an id that is kept before it is sent, so that it can be repeated if its answer is
   * lost. A server that lost the last refreshes in a failover does not know the token: then the attempts before are repeated.
   *
   * @throws SignInNeeded, Offline.
   */
  async refresh(): Promise<void> {
    let session = await this.session();
    if (session.refresh_token === null) throw new SignInNeeded();
    session = { ...session, attempt: session.attempt ?? secret() };
    await this.keepSealed(session);
    let tried = { token: session.refresh_token, attempt: session.attempt };
    const earlier = [...session.refreshes];
    for (;;) {
      try {
        const form = {
          grant_type: 'refresh_token',
          refresh_token: tried.token ?? '',
          attempt_id: tried.attempt ?? '',
        };
        const answer = await this.token(form);
        const refreshes = [...earlier, tried].slice(-REFRESHES);
        return await this.keepSession(answer, { refreshes });
      } catch (fault) {
        if (!(fault instanceof Refused)) throw fault;
        const before = fault.code === 'invalid_grant' ? earlier.pop() : undefined;
        if (before === undefined) {
          if (fault.code === 'invalid_grant') await this.keepSealed({ ...session, refreshes: [] });
          throw new SignInNeeded();
        }
        tried = before;
      }
    }
  }

  private async accessToken(): Promise<string> {
    const { access_token } = await this.session();
    if (access_token !== null) return access_token;
    await this.refresh();
    return (await this.session()).access_token ?? '';
  }

  private token(form: Record<string, string>): Promise<Answer> {
    const headers = { 'Content-Type': 'application/x-www-form-urlencoded' };
    const body = new URLSearchParams(form).toString();
    return this.send('POST', '/v1/auth/token', { headers, body }, has({ access_token: 'string' }), false);
  }

  private async session(): Promise<Session> {
    return (await this.outbox.secret<Session>('blob', 'session')) ?? NO_SESSION;
  }

  private async keepSession(
    answer: Answer,
    changed: { refreshes: Session['refreshes'] | null },
    values: Readonly<Record<string, unknown>> = {},
  ): Promise<void> {
    const grant = answer.object ?? {};
    const { refresh_token } = await this.session();
    const next = grant.refresh_token;
    const session = {
      access_token: String(grant.access_token),
      refresh_token: typeof next === 'string' ? next : refresh_token,
      attempt: null,
      refreshes: changed.refreshes ?? [],
    };
    await this.keepSealed(session, values);
  }

  private async keepSealed(session: Session, values: Readonly<Record<string, unknown>> = {}): Promise<void> {
    const sealed = await this.outbox.sealed(session);
    await this.outbox.store.write(async (tables) => {
      await tables.put('blob', 'session', sealed);
      await keep(tables, values);
    });
  }
}

interface Session {
  access_token: string | null;
  refresh_token: string | null;
  /** Id of the attempt that is under way. */
  attempt: string | null;
  /** The last attempts that were answered, the newest last. */
  refreshes: { token: string | null; attempt: string | null }[];
}

const NO_SESSION: Session = { access_token: null, refresh_token: null, attempt: null, refreshes: [] };

type Kind = 'string' | 'number' | 'boolean' | 'object' | 'array' | 'any';

/** Whether an answer is a JSON object with these members, or 304. */
export function has(members: Readonly<Record<string, Kind>>): (answer: Answer) => boolean {
  return (answer) => {
    if (answer.status === 304) return true;
    const told = answer.object;
    return (
      told !== null &&
      Object.entries(members).every(([name, kind]) => Object.hasOwn(told, name) && is(told[name], kind))
    );
  };
}

function is(value: unknown, kind: Kind): boolean {
  if (kind === 'array') return Array.isArray(value);
  return kind === 'any' || (value !== null && !Array.isArray(value) && typeof value === kind);
}

export function refusal(status: number, problem: Problem, before = 0): Refused {
  const detail = typeof problem.detail === 'string' ? problem.detail : '';
  const all = Array.isArray(problem.errors) ? (problem.errors as Doubt[]) : [];
  const errors = all.filter((each) => typeof each?.code === 'string');
  return new Refused(status, problem.code, detail, errors, before);
}

function worthAnother(status: number, problem: Problem): boolean {
  return problem.retryable === true || status === 408 || status === 429 || status >= 500;
}
