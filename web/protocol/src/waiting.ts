// How to try again: full jitter, each wait a random part of a growing longest one, and never before `Retry-After`.

/** Figures of the handshake, in seconds. */
export interface RetryFigures {
  first_s?: number | undefined;
  factor?: number | undefined;
  longest_s?: number | undefined;
}

export class Waiting {
  private first = 2;
  private factor = 2;
  private longest = 300;

  /** @param random a number from 0 to below 1. @param attempts how often something is tried in one sync. */
  constructor(
    private readonly random: () => number = Math.random,
    readonly attempts = 8,
  ) {}

  /** Seconds to wait after the attempt of that number, from 0 on. */
  after(attempt: number, retryAfter: number | null): number {
    if (retryAfter !== null) return retryAfter + this.random() * this.first;
    return this.random() * Math.min(this.longest, this.first * this.factor ** attempt);
  }

  /** Take over the handshake's figures; what is no sound figure is left as it was. */
  learn(told: RetryFigures): void {
    this.first = sound(told.first_s, this.first);
    this.factor = sound(told.factor, this.factor);
    this.longest = sound(told.longest_s, this.longest);
  }
}

/** Seconds that `Retry-After` asks for, a number or a date (RFC 9110); null where it says nothing. */
export function retryAfter(header: string | null, now: number): number | null {
  if (header === null) return null;
  const text = header.trim();
  if (/^\d{1,9}$/.test(text)) return Number(text);
  const moment = Date.parse(text);
  return Number.isNaN(moment) ? null : Math.max(0, (moment - now) / 1000);
}

function sound(figure: unknown, otherwise: number): number {
  return typeof figure === 'number' && Number.isFinite(figure) && figure >= 0 ? figure : otherwise;
}
