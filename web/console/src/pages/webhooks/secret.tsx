import { useTexts } from '@kumkm/shared/texts/language.ts';
import { Alert, Button, CopyButton } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { Dialog } from '../../parts/dialog.tsx';
import { webhooks } from '../../texts/webhooks.ts';
import styles from './webhooks.module.css';

interface Told {
  readonly secret: string;
  readonly onClose: () => void;
}

/** A secret, shown once and never kept. */
export function Secret({ secret, onClose }: Told) {
  const t = useTexts(webhooks);
  return (
    <Dialog title={t.secret} onClose={onClose}>
      <div className={styles.form}>
        <Alert color="yellow" variant="light">
          {t.secretOnce}
        </Alert>
        <output className={styles.secret}>{secret}</output>
        <CopyButton value={secret}>
          {({ copied, copy }) => (
            <Button
              variant="default"
              size="md"
              leftSection={copied ? <IconCheck aria-hidden size={16} /> : <IconCopy aria-hidden size={16} />}
              onClick={copy}
            >
              {copied ? t.copied : t.copy}
            </Button>
          )}
        </CopyButton>
      </div>
    </Dialog>
  );
}
