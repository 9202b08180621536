import { ApiProblem } from '@kumkm/shared/api/problem.ts';
import { useTexts } from '@kumkm/shared/texts/language.ts';
import { PasswordInput } from '@mantine/core';
import { signin } from '../texts/signin.ts';

interface Told {
  readonly value: string;
  readonly repeated: string;
  /** What the server says of it. */
  readonly error?: string | undefined;
  readonly onValue: (value: string) => void;
  readonly onRepeated: (value: string) => void;
}

/** What the server says against the new password. */
export function weaknessOf(fault: unknown): string | undefined {
  const errors = fault instanceof ApiProblem ? (fault.problem?.errors ?? []) : [];
  return errors.find((error) => error.pointer === '/body/new_password')?.detail;
}

/** A new password, typed twice. */
export function NewPassword({ value, repeated, error, onValue, onRepeated }: Told) {
  const t = useTexts(signin);
  const differs = repeated !== '' && !value.startsWith(repeated);
  return (
    <>
      <PasswordInput
        label={t.newPassword}
        description={t.newPasswordHint}
        error={error}
        aria-invalid={error !== undefined}
        autoComplete="new-password"
        size="md"
        required
        withAsterisk={false}
        value={value}
        onChange={(event) => onValue(event.currentTarget.value)}
      />
      <PasswordInput
        label={t.repeat}
        autoComplete="new-password"
        size="md"
        required
        withAsterisk={false}
        error={differs ? t.differs : undefined}
        aria-invalid={differs}
        value={repeated}
        onChange={(event) => onRepeated(event.currentTarget.value)}
      />
    </>
  );
}
