import { useTexts } from '@kumkm/shared/texts/language.ts';
import { Alert, Button, CopyButton } from '@mantine/core';
import { IconCheck, IconCopy, IconPrinter } from '@tabler/icons-react';
import { people } from '../../texts/people.ts';
import { ActivationCards } from './activation-cards.tsx';
import styles from './handed.module.css';
import type { Credentials } from './queries.ts';

interface Told {
  readonly name: string;
  readonly username: string;
  readonly credentials: Credentials;
}

/** What the owner of an account needs to get in. It is shown once, and never kept. */
export function Handed({ name, username, credentials }: Told) {
  const t = useTexts(people);
  const code = credentials.activation_code ?? undefined;
  const secret = code ?? credentials.client_secret ?? '';
  return (
    <div className={styles.handed}>
      <Alert color="yellow" variant="light">
        {t.codeOnce}
      </Alert>
      <div>
        <p className={styles.label}>{code === undefined ? t.secret : t.code}</p>
        <output className={styles.code}>{secret}</output>
        {code !== undefined && <p className={styles.label}>{t.codeLives}</p>}
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
        {code !== undefined && (
          <Button leftSection={<IconPrinter aria-hidden size={16} />} onClick={() => window.print()}>
            {t.printCards}
          </Button>
        )}
      </div>
      {code !== undefined && <ActivationCards cards={[{ name, username, activation_code: code }]} />}
    </div>
  );
}
