import { count } from '@kumkm/shared/formats/numbers.ts';
import { useLanguage, useTexts } from '@kumkm/shared/texts/language.ts';
import { Button, NativeSelect } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useMe } from '../../data/me.ts';
import { ChoicesField } from '../../parts/choices-field.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { DialogEnd } from '../../parts/dialog-end.tsx';
import { Fault } from '../../parts/fault.tsx';
import { LineField } from '../../parts/line-field.tsx';
import { RegionCodeField } from '../../parts/region-code-field.tsx';
import { SecretOnce } from '../../parts/secret-once.tsx';
import surfaces from '../../parts/surfaces.module.css';
import { keys } from '../../texts/keys.ts';
import { makeKey } from './queries.ts';

const SCOPES = ['progress:read', 'statistics:read', 'businesses:read', 'feed:read'] as const;
const DAYS = [30, 90, 180, 365];
const USUAL = 90;

interface Told {
  readonly onMade: () => Promise<void>;
  readonly onClose: () => void;
}

/** A form for a key; then the key, once. */
export function NewKeyDialog({ onMade, onClose }: Told) {
  const t = useTexts(keys);
  const language = useLanguage();
  const me = useMe();
  const [name, setName] = useState('');
  const [region, setRegion] = useState(me?.region_code ?? '');
  const [days, setDays] = useState(USUAL);
  const [scopes, setScopes] = useState<readonly (typeof SCOPES)[number][]>(['progress:read']);
  const making = useMutation({ mutationFn: makeKey, onSuccess: onMade });
  function submit(event: FormEvent) {
    event.preventDefault();
    const region_code = region.trim() === '' ? null : region.trim();
    making.mutate({ name: name.trim(), scopes: [...scopes], region_code, days });
  }
  if (making.data !== undefined) {
    return (
      <Dialog title={making.data.name} onClose={onClose}>
        <SecretOnce once={t.once} secret={making.data.key} about={t.how}>
          <Button onClick={onClose}>{t.close}</Button>
        </SecretOnce>
      </Dialog>
    );
  }
  return (
    <Dialog title={t.make} onClose={onClose}>
      <form className={surfaces.form} onSubmit={submit}>
        {making.isError && <Fault fault={making.error} />}
        <LineField
          label={t.name}
          description={t.nameHint}
          maxLength={100}
          data-autofocus
          value={name}
          onValue={setName}
        />
        <ChoicesField label={t.scopes} of={SCOPES} names={t.scopeNames} value={scopes} onChange={setScopes} />
        <RegionCodeField label={t.region} description={t.regionHint} value={region} onChange={setRegion} />
        <NativeSelect
          label={t.days}
          value={String(days)}
          data={DAYS.map((each) => ({ value: String(each), label: t.daysOf(count(each, language)) }))}
          onChange={(event) => setDays(Number(event.currentTarget.value))}
        />
        <DialogEnd
          leave={t.cancel}
          onLeave={onClose}
          isPending={making.isPending}
          disabled={scopes.length === 0}
        >
          {t.make}
        </DialogEnd>
      </form>
    </Dialog>
  );
}
