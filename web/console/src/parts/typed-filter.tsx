import { TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { useState } from 'react';

const TYPING_MS = 400;

interface Told {
  readonly label: string;
  readonly hint: string;
  readonly value: string | undefined;
  readonly numeric?: boolean;
  /** What is wrong with it, if anything. */
  readonly faultOf?: (text: string) => string | undefined;
  readonly onChange: (value: string | undefined) => void;
}

/** A filter that is typed: it goes into the address when somebody stops typing. */
export function TypedFilter({ label, hint, value, numeric = false, faultOf, onChange }: Told) {
  const [text, setText] = useState(value ?? '');
  const tell = useDebouncedCallback((next: string) => onChange(next.trim() || undefined), TYPING_MS);
  return (
    <TextInput
      label={label}
      placeholder={hint}
      value={text}
      error={faultOf?.(text.trim())}
      autoComplete="off"
      autoCapitalize="none"
      spellCheck={false}
      {...(numeric ? { inputMode: 'numeric' as const } : {})}
      onChange={(event) => {
        setText(event.currentTarget.value);
        tell(event.currentTarget.value);
      }}
    />
  );
}
