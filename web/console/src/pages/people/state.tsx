import { Badge } from '@mantine/core';
import { IconCircleCheck, IconCircleOff } from '@tabler/icons-react';

/** Open or closed, in use or revoked: an icon and a word. */
export function State({ on, words }: { readonly on: boolean; readonly words: readonly [string, string] }) {
  return (
    <Badge
      variant="light"
      color={on ? 'teal' : 'gray'}
      tt="none"
      size="lg"
      fw={550}
      miw="max-content"
      leftSection={on ? <IconCircleCheck aria-hidden size={14} /> : <IconCircleOff aria-hidden size={14} />}
    >
      {words[on ? 0 : 1]}
    </Badge>
  );
}
