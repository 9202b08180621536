import { Modal } from '@mantine/core';
import type { KeyboardEvent, ReactNode } from 'react';

interface Told {
  readonly opened?: boolean;
  readonly title: string;
  readonly size?: string;
  readonly onClose: () => void;
  readonly onKeyDown?: (event: KeyboardEvent) => void;
  readonly children: ReactNode;
}

/**
 * The keys belong to a window from the moment it is there. The library's own focus comes a task later: on a slow
 * machine the first keys would be lost, or the page below would take them as its own.
 */
function takeKeys(window: HTMLElement | null): void {
  window?.querySelector<HTMLElement>('[data-autofocus]')?.focus();
}

/** A window over the page. */
export function Dialog({ opened = true, title, size = 'md', onClose, onKeyDown, children }: Told) {
  return (
    <Modal.Root opened={opened} onClose={onClose} size={size}>
      <Modal.Overlay />
      <Modal.Content>
        <Modal.Header>
          <Modal.Title fw={650}>{title}</Modal.Title>
          <Modal.CloseButton />
        </Modal.Header>
        <Modal.Body ref={takeKeys} onKeyDown={onKeyDown}>
          {children}
        </Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
}
