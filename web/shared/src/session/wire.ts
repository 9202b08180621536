import { apiRoot } from '../api/base.ts';
import { ApiProblem, isProblem, Unreachable } from '../api/problem.ts';
import { language } from '../texts/language.ts';
import { heard, unheard } from './connection.ts';

/** An access token and the seconds that it lives. The refresh token is in a cookie that no script can read. */
export interface Grant {
  readonly accessToken: string;
  readonly expiresIn: number;
}

export type Asked =
  | { readonly grant: 'password'; readonly username: string; readonly password: string }
  | { readonly grant: 'refresh' }
  | { readonly grant: 'sign_out' };

function isGrant(told: unknown): told is { access_token: string; expires_in: number } {
  return (
    typeof told === 'object' &&
    told !== null &&
    'access_token' in told &&
    typeof told.access_token === 'string' &&
    'expires_in' in told &&
    typeof told.expires_in === 'number'
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
  return isGrant(told) ? { accessToken: told.access_token, expiresIn: told.expires_in } : undefined;
}
