import { useTexts } from '@kumkm/shared/texts/language.ts';
import { Fault } from '../../parts/fault.tsx';
import { account } from '../../texts/account.ts';
import { PasskeyForm } from './passkey-form.tsx';
import { type Passkey, renamePasskey } from './queries.ts';

interface Told {
  readonly passkey: Passkey;
  readonly onClose: () => void;
}

export function RenamePasskey({ passkey, onClose }: Told) {
  const t = useTexts(account);
  return (
    <PasskeyForm
      title={t.renamePasskey}
      name={passkey.name}
      send={t.rename}
      onSend={(name) => renamePasskey(passkey.id, name)}
      refusal={(fault) => <Fault fault={fault} />}
      onClose={onClose}
    />
  );
}
