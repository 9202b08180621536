import { PasskeyFault } from '@kumkm/shared/session/passkeys.ts';
import { useTexts } from '@kumkm/shared/texts/language.ts';
import { Alert } from '@mantine/core';
import { IconInfoCircle } from '@tabler/icons-react';
import { signin } from '../texts/signin.ts';
import { Fault } from './fault.tsx';

/** Why a passkey was not made or used: what the device said, or what the server did. */
export function PasskeyProblem({ fault }: { readonly fault: unknown }) {
  const t = useTexts(signin);
  if (!(fault instanceof PasskeyFault)) return <Fault fault={fault} />;
  return (
    <Alert role="alert" color="gray" variant="light" icon={<IconInfoCircle aria-hidden />}>
      {t.passkeyFaults[fault.why]}
    </Alert>
  );
}
