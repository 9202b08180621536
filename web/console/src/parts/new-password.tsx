import { ApiProblem } from '@kumkm/shared/api/problem.ts';
import { useTexts } from '@kumkm/shared/texts/language.ts';
import { signin } from '../texts/signin.ts';
import { PasswordField } from './password-field.tsx';

interface Typed {
  readonly value: string;
  readonly repeated: string;
}

export const NOTHING_TYPED: Typed = { value: '', repeated: '' };

interface Told {
  readonly typed: Typed;
  /** What the server says of it. */
  readonly error?: string | undefined;
  readonly onType: (typed: Typed) => void;
}

/** What the server says against the new password. */
export function weaknessOf(fault: unknown): string | undefined {
  const errors = fault instanceof ApiProblem ? (fault.problem?.errors ?? []) : [];
  return errors.find((error) => error.pointer === '/body/new_password')?.detail;
}

/** A new password, typed twice. */
export function NewPassword({ typed, error, onType }: Told) {
  const t = useTexts(signin);
  const { value, repeated } = typed;
  const differs = repeated !== '' && !value.startsWith(repeated);
  return (
    <>
      <PasswordField
        label={t.newPassword}
        description={t.newPasswordHint}
        error={error}
        autoComplete="new-password"
        value={value}
        onValue={(next) => onType({ ...typed, value: next })}
      />
      <PasswordField
        label={t.repeat}
        autoComplete="new-password"
        error={differs ? t.differs : undefined}
        value={repeated}
        onValue={(next) => onType({ ...typed, repeated: next })}
      />
    </>
  );
}
