// What the model of the server answers, and what a network makes of it.

import { exactJson } from '../canonical.ts';

/** What happens to one request. `at`: after which share of the answer it is cut, in thousandths. */
export type Trouble =
  | { kind: 'none' | 'unsent' | 'lost' | 'portal' | 'empty_json' | 'proxy_404' | 'expired' | 'in_flight' }
  | { kind: 'cut' | 'broken'; at: number }
  | { kind: 'busy'; seconds: number };

export interface Told {
  status: number;
  body?: unknown;
  headers?: Record<string, string>;
}

export type Json = Record<string, unknown>;

/** A problem of the server. */
export function problem(status: number, code: string): Told {
  const headers = { 'Content-Type': 'application/problem+json' };
  return {
    status,
    body: { type: 'about:blank', title: code, status, code, detail: code, retryable: status >= 500 },
    headers,
  };
}

/** As it arrives. */
export function response(told: Told, trouble: Trouble): Response {
  const headers = { 'Content-Type': 'application/json', ...told.headers };
  if (told.status === 204 || told.status === 304) return new Response(null, { status: told.status, headers });
  const bytes = new TextEncoder().encode(told.body === undefined ? '' : exactJson(told.body));
  if (trouble.kind !== 'cut' && trouble.kind !== 'broken')
    return new Response(bytes, { status: told.status, headers });
  const kept = bytes.slice(0, Math.floor((bytes.length * trouble.at) / 1000));
  const body = new ReadableStream({
    start(controller) {
      controller.enqueue(kept);
      if (trouble.kind === 'broken') controller.error(new TypeError('connection reset'));
      else controller.close();
    },
  });
  return new Response(body, { status: told.status, headers });
}
