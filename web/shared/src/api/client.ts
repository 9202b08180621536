import createClient, { type FetchResponse } from 'openapi-fetch';
import { heard, unheard } from '../session/connection.ts';
import { accessToken, anotherToken } from '../session/session.ts';
import { language } from '../texts/language.ts';
import { apiRoot } from './base.ts';
import { ApiProblem, isProblem, Unreachable } from './problem.ts';
import type { paths } from './schema.d.ts';

/**
 * Send with the session's token, and once more with another where it is refused.
 *
 * @throws Unreachable
 */
export async function send(request: Request): Promise<Response> {
  request.headers.set('Accept-Language', language.get());
  const token = await accessToken();
  if (token === undefined) throw new ApiProblem(401, undefined);
  const again = request.clone();
  const answer = await once(request, token);
  if (answer.status !== 401) return answer;
  const other = await anotherToken(token);
  return other === undefined ? answer : await once(again, other);
}

async function once(request: Request, token: string): Promise<Response> {
  request.headers.set('Authorization', `Bearer ${token}`);
  try {
    const answer = await fetch(request);
    heard();
    return answer;
  } catch (fault) {
    if (request.signal.aborted) throw fault;
    unheard();
    throw new Unreachable();
  }
}

/** The API, typed from its document. `await got(api.GET('/v1/me'))`. */
export const api = createClient<paths>({
  baseUrl: typeof document === 'undefined' ? '' : apiRoot(),
  fetch: send,
  querySerializer: { array: { style: 'form', explode: true } },
});

/**
 * The body of an answer, which is JSON: CSV is asked for otherwise.
 *
 * @throws ApiProblem with the problem's own words.
 */
export async function got<T extends Record<string | number, unknown>, O, M extends `${string}/${string}`>(
  asked: Promise<FetchResponse<T, O, M>>,
): Promise<Exclude<NonNullable<FetchResponse<T, O, M>['data']>, string>> {
  const { data, error, response } = await asked;
  if (response.ok && isBody(data)) return data;
  throw problemOf(response, error);
}

function isBody<T>(data: T): data is Exclude<NonNullable<T>, string> {
  return data !== undefined && data !== null && typeof data !== 'string';
}

/** The same for answers without a body. */
export async function done<T extends Record<string | number, unknown>, O, M extends `${string}/${string}`>(
  asked: Promise<FetchResponse<T, O, M>>,
): Promise<void> {
  const { error, response } = await asked;
  if (!response.ok) throw problemOf(response, error);
}

export function problemOf(response: Response, told: unknown): ApiProblem {
  const wait = Number(response.headers.get('Retry-After'));
  return new ApiProblem(response.status, isProblem(told) ? told : undefined, wait > 0 ? wait : undefined);
}
