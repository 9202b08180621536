// A PIN stands before what is recorded, from the fifth minute without a touch on. It is checked here, also without a signal;
// after some wrong ones each further one has to wait.

import { keep, kept, phase } from './device.ts';

interface Pin {
  salt: Uint8Array<ArrayBuffer>;
  hash: Uint8Array<ArrayBuffer>;
  rounds: number;
}
interface Tries {
  wrong: number;
  /** Milliseconds since 1970, by this tablet's clock. */
  last: number;
}

export const PIN_LENGTH = 6;
export const IDLE_MS = 5 * 60_000;
const ROUNDS = 200_000;
const FREE_TRIES = 5;
const FIRST_WAIT_MS = 30_000;
const LONGEST_WAIT_MS = 15 * 60_000;
const SEEN_EVERY_MS = 15_000;
/** A disk that does not answer delays the lock by no more. */
const LONGEST_LOCK_MS = 500;

export const isPin = (typed: string): boolean => new RegExp(`^\\d{${PIN_LENGTH}}$`).test(typed);

/** Whether a PIN is one that others would try first: one digit, or digits in a row. */
export function isEasy(pin: string): boolean {
  const steps = Array.from(pin.slice(1), (digit, at) => Number(digit) - Number(pin[at]));
  return [0, 1, -1].some((step) => steps.every((each) => each === step));
}

export async function choosePin(pin: string): Promise<void> {
  const salt = crypto.getRandomValues(new Uint8Array(16));
  await keep('pin', { salt, rounds: ROUNDS, hash: await hashed(pin, salt, ROUNDS) } satisfies Pin);
  await keep('tries', null);
  await opened();
}

/** Milliseconds to wait before the next try. A clock that was set back does not shorten it, nor make it longer. */
export function waitAfter({ wrong, last }: Tries, now: number): number {
  if (wrong < FREE_TRIES) return 0;
  const whole = Math.min(FIRST_WAIT_MS * 2 ** (wrong - FREE_TRIES), LONGEST_WAIT_MS);
  return Math.max(0, whole - Math.max(0, now - last));
}

/** Whether it was the right one; with the milliseconds until another may be tried. */
export async function tryPin(pin: string): Promise<{ right: boolean; wait: number }> {
  const [said, tries] = [await kept<Pin>('pin'), (await kept<Tries>('tries')) ?? { wrong: 0, last: 0 }];
  const wait = waitAfter(tries, Date.now());
  if (said === null || wait > 0) return { right: said === null, wait };
  // Counted before it is looked at: who ends the app has tried all the same.
  const next = { wrong: tries.wrong + 1, last: Date.now() };
  await keep('tries', next);
  const hash = await hashed(pin, said.salt, said.rounds);
  if (!hash.every((byte, at) => byte === said.hash[at]))
    return { right: false, wait: waitAfter(next, Date.now()) };
  await keep('tries', null);
  await opened();
  return { right: true, wait: 0 };
}

async function hashed(
  pin: string,
  salt: Uint8Array<ArrayBuffer>,
  iterations: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const key = await crypto.subtle.importKey('raw', new TextEncoder().encode(pin), 'PBKDF2', false, [
    'deriveBits',
  ]);
  return new Uint8Array(
    await crypto.subtle.deriveBits({ name: 'PBKDF2', hash: 'SHA-256', salt, iterations }, key, 256),
  );
}

let seen = 0;
let toldAt = 0;
let locking = false;
let telling: Promise<void> = Promise.resolve();

async function opened(): Promise<void> {
  await touched(true);
  phase.set('open');
}

/** Somebody uses the app. */
export async function touched(tell = false): Promise<void> {
  if (locking && !tell) return;
  seen = Date.now();
  if (!tell && Math.abs(seen - toldAt) < SEEN_EVERY_MS) return;
  toldAt = seen;
  telling = keep('seen_at', seen, false);
  await telling;
}

/**
 * Ask for the PIN from now on, also after the app was ended, whatever its clock says then: what says so is on disk before the
 * page does. Without room on the disk it is locked as long as this page lives.
 */
export async function lock(): Promise<void> {
  locking = true;
  const kept = telling
    .catch(() => {}) // the touch that locked it
    .then(() => keep('seen_at', 0, false))
    .catch(() => {});
  await Promise.race([kept, new Promise((later) => setTimeout(later, LONGEST_LOCK_MS))]);
  seen = 0;
  phase.set('locked');
  locking = false;
}

/** Whether the app was used so lately, here or before it ended, that no PIN is asked. */
export async function isFresh(): Promise<boolean> {
  const last = Math.max(seen, (await kept<number>('seen_at')) ?? 0);
  const idle = Date.now() - last;
  return idle >= 0 && idle < IDLE_MS;
}

/** From now on, lock after five minutes without a touch. What is being filled in is kept already. */
export function watchIdle(): void {
  const look = async () => {
    if (phase.get() === 'open' && !(await isFresh())) await lock();
  };
  for (const event of ['pointerdown', 'keydown'] as const) {
    addEventListener(event, () => phase.get() === 'open' && void touched().catch(() => {}), {
      passive: true,
    });
  }
  document.addEventListener('visibilitychange', look);
  setInterval(look, 5_000);
}
