import { ApiProblem } from '@kumkm/shared/api/problem.ts';
import { useTexts } from '@kumkm/shared/texts/language.ts';
import { useState } from 'react';
import { PasskeyProblem } from '../../parts/passkey-fault.tsx';
import { PasswordField } from '../../parts/password-field.tsx';
import { account } from '../../texts/account.ts';
import { signin } from '../../texts/signin.ts';
import { PasskeyForm } from './passkey-form.tsx';
import { addPasskey } from './queries.ts';

/** A passkey for this device: its name, and where the server wants it, the password once more. */
export function NewPasskey({ onClose }: { readonly onClose: () => void }) {
  const t = useTexts(account);
  const s = useTexts(signin);
  const [password, setPassword] = useState('');
  const [proves, setProves] = useState(false);
  return (
    <PasskeyForm
      title={t.addPasskey}
      about={t.addAbout}
      send={t.go}
      onSend={(name) => addPasskey(name, password)}
      onFault={(fault) => {
        if (wantsProof(fault)) setProves(true);
      }}
      refusal={(fault) => !wantsProof(fault) && <PasskeyProblem fault={fault} />}
      onClose={onClose}
    >
      {proves && (
        <PasswordField
          label={s.current}
          description={t.proofHint}
          autoComplete="current-password"
          autoFocus
          value={password}
          onValue={setPassword}
        />
      )}
    </PasskeyForm>
  );
}

function wantsProof(fault: unknown): boolean {
  return fault instanceof ApiProblem && fault.code === 'proof_needed';
}
