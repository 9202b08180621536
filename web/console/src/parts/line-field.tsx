import { TextInput, type TextInputProps } from '@mantine/core';

type Told = Omit<TextInputProps, 'onChange' | 'value'> & {
  readonly value: string;
  readonly onValue: (value: string) => void;
};

/** A line that a form needs. */
export function LineField({ value, onValue, ...told }: Told) {
  return (
    <TextInput
      required
      withAsterisk={false}
      autoComplete="off"
      value={value}
      onChange={(event) => onValue(event.currentTarget.value)}
      {...told}
    />
  );
}
