import { apiRoot } from '../api/base.ts';
import { ApiProblem, isProblem, Unreachable } from '../api/problem.ts';
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

/** An access token, the seconds that it lives, and whose it is. The refresh token is in a cookie that no script reads. */
export interface Grant {
  readonly access_token: string;
  readonly expires_in: number;
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
  | { readonly grant: 'refresh'; readonly attempt_id: string }
  | { readonly grant: 'sign_out' };

function isGrant(told: unknown): told is Grant {
  return (
    typeof told === 'object' &&
    told !== null &&
    'access_token' in told &&
    typeof told.access_token === 'string' &&
    'expires_in' in told &&
    typeof told.expires_in === 'number' &&
    'account' in told &&
    typeof told.account === 'object' &&
    told.account !== null
  );
}

/**
 * Ask for a session. The header of its own guards it against forgery: no other site can send it.
 *
 * @throws ApiProblem the server refused. Unreachable: it did not answer.
 */
export async function askForSession(asked: Asked): Promise<Grant | undefined> {
  let answer: Response;
  try {
    answer = await fetch(`${apiRoot()}/v1/auth/session`, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        'X-KUMKM-Session': '1',
        'Accept-Language': language.get(),
      },
      body: JSON.stringify(asked),
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
  return isGrant(told) ? told : undefined;
}
