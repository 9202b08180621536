import { useTexts } from '@kumkm/shared/texts/language.ts';
import { Textarea } from '@mantine/core';
import { parts } from '../texts/parts.ts';

/** What the API takes as a reason. */
const SHORTEST = 5;
const LONGEST = 1000;
const LONGEST_HEADER = 300;

export function isReason(text: string): boolean {
  return text.trim().length >= SHORTEST;
}

/** Whether a reason can travel as a header: signs of Latin-1 alone. */
export function isPlain(text: string): boolean {
  return /^[\x20-\x7e\xa0-\xff\n]*$/.test(text);
}

/** As it travels: one line. */
export function oneLine(text: string): string {
  return text.trim().replaceAll(/\s+/g, ' ');
}

interface Told {
  readonly hint: string;
  readonly value: string;
  /** Whether it was tried to go on without one. */
  readonly tried: boolean;
  /** Whether it travels as a header. */
  readonly plain?: boolean;
  readonly focus?: boolean;
  readonly onChange: (value: string) => void;
}

/** Why something is done that the trail keeps. */
export function Reason({ hint, value, tried, plain = false, focus = false, onChange }: Told) {
  const t = useTexts(parts);
  const error =
    plain && !isPlain(value) ? t.reasonLatin : tried && !isReason(value) ? t.reasonMissing : undefined;
  return (
    <Textarea
      label={t.reason}
      description={hint}
      value={value}
      error={error}
      maxLength={plain ? LONGEST_HEADER : LONGEST}
      autosize
      minRows={2}
      maxRows={6}
      data-autofocus={focus || undefined}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}
