import { useTexts } from '@kumkm/shared/texts/language.ts';
import { PasswordInput, type PasswordInputProps } from '@mantine/core';
import { signin } from '../texts/signin.ts';

type Told = Omit<PasswordInputProps, 'onChange' | 'value'> & {
  readonly value: string;
  readonly onValue: (value: string) => void;
};

/** Where a password is typed; it can be made visible. */
export function PasswordField({ value, onValue, error, ...told }: Told) {
  const t = useTexts(signin);
  return (
    <PasswordInput
      size="md"
      required
      withAsterisk={false}
      value={value}
      onChange={(event) => onValue(event.currentTarget.value)}
      error={error}
      aria-invalid={error !== undefined}
      visibilityToggleButtonProps={{ 'aria-label': t.visible }}
      {...told}
    />
  );
}
