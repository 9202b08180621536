import { Button, Group } from '@mantine/core';
import type { ReactNode } from 'react';

interface Told {
  /** What leaves the dialog as it was is called. */
  readonly leave: string;
  readonly onLeave: () => void;
  readonly isPending: boolean;
  readonly disabled?: boolean;
  readonly color?: string;
  /** What sends the form is called. */
  readonly children: ReactNode;
}

/** The end of a form in a dialog: leave it, or send it. */
export function DialogEnd({ leave, onLeave, isPending, disabled = false, color = 'teal', children }: Told) {
  return (
    <Group justify="flex-end">
      <Button variant="default" size="md" onClick={onLeave}>
        {leave}
      </Button>
      <Button type="submit" size="md" color={color} loading={isPending} disabled={disabled}>
        {children}
      </Button>
    </Group>
  );
}
