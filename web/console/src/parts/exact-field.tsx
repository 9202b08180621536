import type { ComponentProps } from 'react';
import { LineField } from './line-field.tsx';

/** Where a user name or a code is typed: no keyboard corrects it. */
export function ExactField(told: ComponentProps<typeof LineField>) {
  return <LineField autoCapitalize="none" spellCheck={false} size="md" {...told} />;
}
