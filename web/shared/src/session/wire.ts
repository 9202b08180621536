import { apiRoot } from '../api/base.ts';
import { ApiProblem, isProblem, Unreachable } from '../api/problem.ts';
import type { components } from '../api/schema.d.ts';
import { isObject } from '../guards.ts';
import { language } from '../texts/language.ts';
import { heard, unheard } from './connection.ts';

/** Who is signed in. */
export interface Account {
  readonly id: string;
  readonly username: string;
  readonly name: string;
  readonly role: string;
  readonly region_code: string | null;
}

/**
 * An access token, the seconds that it lives, of which session and whose it is. The refresh token is in a cookie that no
 * script reads.
 */
export interface Grant {
  readonly access_token: string;
  readonly expires_in: number;
  readonly session_id: string;
  readonly account: Account;
}

/** Sets a password, by the code of a new account or by the present password, and signs in with it. */
export type NewPassword = {
  readonly grant: 'new_password';
  readonly username: string;
  readonly new_password: string;
} & ({ readonly activation_code: string } | { readonly current_password: string });

export type Asked =
  | { readonly grant: 'password'; readonly username: string; readonly password: string }
  | NewPassword
  | { readonly grant: 'passkey'; readonly credential: components['schemas']['Credential'] }
  | { readonly grant: 'refresh'; readonly attempt_id: string }
  | { readonly grant: 'sign_out' };

function isGrant(told: unknown): told is Grant {
  return (
    isObject(told) &&
    typeof told.access_token === 'string' &&
    typeof told.expires_in === 'number' &&
    typeof told.session_id === 'string' &&
    isObject(told.account)
  );
}

/**
 * Ask for what needs no token. The header of its own guards it against forgery: no other site can send it.
 *
 * @throws ApiProblem the server refused. Unreachable: it did not answer.
 */
async function asked(method: 'GET' | 'POST', path: string, body?: object): Promise<unknown> {
  let answer: Response;
  try {
    answer = await fetch(apiRoot() + path, {
      method,
      headers: {
        'X-KUMKM-Session': '1',
        'Accept-Language': language.get(),
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      credentials: 'same-origin',
      cache: 'no-store',
    });
  } catch {
    unheard();
    throw new Unreachable();
  }
  heard();
  const told: unknown = answer.status === 204 ? undefined : await answer.json().catch(() => undefined);
  if (!answer.ok) throw new ApiProblem(answer.status, isProblem(told) ? told : undefined);
  return told;
}

/** @throws ApiProblem, Unreachable */
export async function askForSession(wanted: Asked): Promise<Grant | undefined> {
  const told = await asked('POST', '/v1/auth/session', wanted);
  return isGrant(told) ? told : undefined;
}

type Ways = components['schemas']['WaysOut'];

/**
 * How one may sign in here.
 *
 * @throws ApiProblem, Unreachable
 */
export async function askForWays(): Promise<Ways> {
  const told = await asked('GET', '/v1/auth/ways');
  if (isWays(told)) return told;
  throw new ApiProblem(502, undefined);
}

function isWays(told: unknown): told is Ways {
  return isObject(told) && 'password' in told && 'passkeys' in told;
}

/**
 * What a browser needs to ask for a passkey.
 *
 * @throws ApiProblem, Unreachable
 */
export async function askForChallenge(): Promise<unknown> {
  const told = await asked('POST', '/v1/auth/passkeys/sign-in');
  return isObject(told) && 'options' in told ? told.options : undefined;
}

/**
 * Where a browser signs in with its organisation's account: an address of the organisation, good for ten minutes.
 *
 * `next`: the page of ours that is shown afterwards. `accountId`: the only account that will do.
 *
 * @throws ApiProblem, Unreachable
 */
export async function askForOrganisation(next: string, accountId: string | undefined): Promise<string> {
  const told = await asked('POST', '/v1/auth/oidc/start', {
    next,
    ...(accountId === undefined ? {} : { account_id: accountId }),
  });
  if (isObject(told) && typeof told.url === 'string') {
    return told.url;
  }
  throw new ApiProblem(502, undefined);
}
