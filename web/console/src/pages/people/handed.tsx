import { useTexts } from '@kumkm/shared/texts/language.ts';
import { Button } from '@mantine/core';
import { IconPrinter } from '@tabler/icons-react';
import { SecretOnce } from '../../parts/secret-once.tsx';
import { people } from '../../texts/people.ts';
import { ActivationCards, ShownQr } from './activation-cards.tsx';
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
  if (code === undefined) {
    return <SecretOnce once={t.codeOnce} name={t.secret} secret={credentials.client_secret ?? ''} />;
  }
  const card = { name, username, activation_code: code };
  return (
    <>
      <SecretOnce once={t.codeOnce} name={t.code} secret={code} about={t.codeLives}>
        <Button leftSection={<IconPrinter aria-hidden size={16} />} onClick={() => window.print()}>
          {t.printCards}
        </Button>
      </SecretOnce>
      <ShownQr card={card} />
      <ActivationCards cards={[card]} />
    </>
  );
}
