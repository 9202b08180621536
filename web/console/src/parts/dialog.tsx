import { useTexts } from '@kumkm/shared/texts/language.ts';
import { Modal } from '@mantine/core';
import type { KeyboardEvent, ReactNode } from 'react';
import { shell } from '../texts/shell.ts';

interface Told {
  readonly opened?: boolean;
  readonly title: string;
  readonly size?: string;
  readonly onClose: () => void;
  readonly onKeyDown?: (event: KeyboardEvent) => void;
  readonly children: ReactNode;
}

/** A window over the page. Its head is no landmark: those are the page's. */
export function Dialog({ opened = true, title, size = 'md', onClose, onKeyDown, children }: Told) {
  const t = useTexts(shell);
  return (
    <Modal.Root opened={opened} onClose={onClose} size={size}>
      <Modal.Overlay />
      <Modal.Content>
        <Modal.Header role="presentation">
          <Modal.Title fw={650}>{title}</Modal.Title>
          <Modal.CloseButton aria-label={t.close} size={44} />
        </Modal.Header>
        <Modal.Body onKeyDown={onKeyDown}>{children}</Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
}
