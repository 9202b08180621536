import { Alert, Button, CopyButton } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import styles from './secret-once.module.css';

interface Told {
  /** That it is shown only now. */
  readonly label: string;
  readonly secret: string;
  /** What to do with it. */
  readonly about: string;
  readonly copy: string;
  readonly copied: string;
  /** The buttons beside the one that copies. */
  readonly children?: ReactNode;
}

/** A secret that the server shows once: read it, copy it, and it is gone. */
export function SecretOnce({ label, secret, about, copy, copied, children }: Told) {
  return (
    <div className={styles.once}>
      <Alert color="yellow" variant="light">
        {label}
      </Alert>
      <output className={styles.secret}>{secret}</output>
      <p className={styles.about}>{about}</p>
      <div className={styles.buttons}>
        <CopyButton value={secret}>
          {(state) => (
            <Button
              variant="default"
              leftSection={
                state.copied ? <IconCheck aria-hidden size={16} /> : <IconCopy aria-hidden size={16} />
              }
              onClick={state.copy}
            >
              {state.copied ? copied : copy}
            </Button>
          )}
        </CopyButton>
        {children}
      </div>
    </div>
  );
}
