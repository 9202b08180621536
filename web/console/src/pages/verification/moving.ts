import type { Request_ } from './queries.ts';

type Moving = Pick<Request_, 'answered' | 'waiting' | 'via' | 'state' | 'fault'>;

/** Whether figures of a request will be others within moments: answers are being applied, or a verifier is being asked. */
export function isMoving({ waiting, via, state, fault }: Moving): boolean {
  return waiting > 0 || (via === 'verifier' && state === 'open' && fault === null);
}

/** Answers that are in the register. */
export function applied({ answered, waiting }: Pick<Moving, 'answered' | 'waiting'>): number {
  return answered - waiting;
}

/** How a request stands, as one word. */
export function standing(request: Moving): string {
  if (request.state === 'forgotten') return 'forgotten';
  if (request.waiting > 0) return 'applying';
  if (request.state === 'open' && request.via === 'verifier')
    return request.fault === null ? 'asking' : 'halted';
  return request.state;
}
