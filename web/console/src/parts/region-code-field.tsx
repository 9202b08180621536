import { TextInput } from '@mantine/core';

interface Told {
  readonly label: string;
  readonly description: string;
  readonly value: string;
  readonly onChange: (code: string) => void;
}

/** Where the code of a region is typed: digits and dots. */
export function RegionCodeField({ onChange, ...told }: Told) {
  return (
    <TextInput
      {...told}
      inputMode="decimal"
      autoComplete="off"
      maxLength={20}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}
