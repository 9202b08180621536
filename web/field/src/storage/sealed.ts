// What is sealed, as bytes and back: JSON with every digit.

import { exactJson, parseExactly } from '@kumkm/protocol/canonical.ts';
import { bytes as coded, text } from '@kumkm/protocol/outbox.ts';
import type { Answers } from '@kumkm/shared/forms/form.ts';

/** What is kept of a form that is not finished. */
export interface Held {
  campaign: string;
  questionnaire: string;
  region_code: string;
  listing_id: string | null;
  answers: Answers;
  started_at: string;
  /** When the business was visited, where an earlier revision says it. */
  captured_at: string | null;
  location: { latitude: number; longitude: number; accuracy_m: number | null } | null;
  /** Where somebody was: the page, and the question as a pointer. */
  page: number;
  question: string | null;
  /** What was typed and is no answer yet, by pointers. */
  typed: Record<string, string>;
}

export function bytes(value: unknown): Uint8Array<ArrayBuffer> {
  return coded(exactJson(value));
}

export function exactly<T>(content: Uint8Array): T {
  return parseExactly(text(content)) as T;
}
