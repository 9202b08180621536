import { TextInput, type TextInputProps } from '@mantine/core';

type Told = Omit<TextInputProps, 'onChange' | 'value'> & {
  readonly value: string;
  readonly onValue: (value: string) => void;
};

/** Where a user name or a code is typed: no keyboard corrects it. */
export function ExactField({ value, onValue, ...told }: Told) {
  return (
    <TextInput
      autoCapitalize="none"
      spellCheck={false}
      size="md"
      required
      withAsterisk={false}
      value={value}
      onChange={(event) => onValue(event.currentTarget.value)}
      {...told}
    />
  );
}
