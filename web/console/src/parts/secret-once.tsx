import { useTexts } from '@kumkm/shared/texts/language.ts';
import { Alert, Button, CopyButton } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { parts } from '../texts/parts.ts';
import styles from './secret-once.module.css';

interface Told {
  /** That it is shown only now. */
  readonly once: string;
  /** What it is called. */
  readonly name?: string;
  readonly secret: string;
  /** What to do with it. */
  readonly about?: string;
  /** Buttons beside the one that copies. */
  readonly children?: ReactNode;
}

/** A secret that the server shows once: read it, copy it, and it is gone. */
export function SecretOnce({ once, name, secret, about, children }: Told) {
  const t = useTexts(parts);
  return (
    <div className={styles.once}>
      <Alert color="yellow" variant="light">
        {once}
      </Alert>
      <div>
        {name !== undefined && <p className={styles.about}>{name}</p>}
        <output className={styles.secret}>{secret}</output>
        {about !== undefined && <p className={styles.about}>{about}</p>}
      </div>
      <div className={styles.buttons}>
        <CopyButton value={secret}>
          {({ copied, copy }) => (
            <Button
              variant="default"
              leftSection={copied ? <IconCheck aria-hidden size={16} /> : <IconCopy aria-hidden size={16} />}
              onClick={copy}
            >
              {copied ? t.copied : t.copy}
            </Button>
          )}
        </CopyButton>
        {children}
      </div>
    </div>
  );
}
