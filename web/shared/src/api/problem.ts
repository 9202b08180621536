import { isObject } from '../guards.ts';
import type { components } from './schema.d.ts';

export type Problem = components['schemas']['Problem'];

/** An answer of the server that is a problem (RFC 9457). Its words are for people, in the language that was asked for. */
export class ApiProblem extends Error {
  readonly status: number;
  readonly problem: Problem | undefined;
  /** Seconds after which the same may be tried again, where the server says so. */
  readonly retryAfter: number | undefined;

  constructor(status: number, problem: Problem | undefined, retryAfter?: number) {
    super(problem?.title ?? `HTTP ${status}`);
    this.name = 'ApiProblem';
    this.status = status;
    this.problem = problem;
    this.retryAfter = retryAfter;
  }

  get code(): string {
    return this.problem?.code ?? '';
  }
}

/** What the server says of the fields of what was sent, by their names. */
export function fieldFaults(fault: unknown): Readonly<Record<string, string>> {
  if (!(fault instanceof ApiProblem)) return {};
  return Object.fromEntries(
    (fault.problem?.errors ?? []).map((each) => [each.pointer.replace(/^(\/body)?\//, ''), each.detail]),
  );
}

/** The server was not reached: no answer at all. */
export class Unreachable extends Error {
  constructor() {
    super('unreachable');
    this.name = 'Unreachable';
  }
}

export function isProblem(told: unknown): told is Problem {
  return isObject(told) && typeof told.code === 'string' && typeof told.title === 'string';
}
