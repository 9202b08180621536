import { ApiProblem } from '@kumkm/shared/api/problem.ts';
import { useTexts } from '@kumkm/shared/texts/language.ts';
import { signin } from '../texts/signin.ts';
import { PasswordField } from './password-field.tsx';

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
      <PasswordField
        label={t.newPassword}
        description={t.newPasswordHint}
        error={error}
        autoComplete="new-password"
        value={value}
        onValue={onValue}
      />
      <PasswordField
        label={t.repeat}
        autoComplete="new-password"
        error={differs ? t.differs : undefined}
        value={repeated}
        onValue={onRepeated}
      />
    </>
  );
}
