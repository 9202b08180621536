import { api, got } from '@kumkm/shared/api/client.ts';
import { useTexts } from '@kumkm/shared/texts/language.ts';
import { Button, Modal, NumberInput, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useMe } from '../../data/me.ts';
import { ChoiceField } from '../../parts/choice-field.tsx';
import { ChoicesField } from '../../parts/choices-field.tsx';
import { ExactField } from '../../parts/exact-field.tsx';
import { Fault } from '../../parts/fault.tsx';
import { LineField } from '../../parts/line-field.tsx';
import { RegionCodeField } from '../../parts/region-code-field.tsx';
import { people } from '../../texts/people.ts';
import { Handed } from './handed.tsx';
import styles from './people.module.css';
import type { NewAccount } from './queries.ts';
import { ROLES, type Role } from './route.ts';

const SCOPES = ['progress:read', 'businesses:read', 'pii:read', 'feed:read', 'statistics:read'] as const;
type Scope = (typeof SCOPES)[number];

/** An officer makes people of the field; an admin everybody (the server decides). */
const BY_OFFICER: readonly Role[] = ['enumerator', 'coordinator'];

/** A form for one account; then what its owner needs to get in. */
export function NewAccountDialog({ onClose }: { readonly onClose: () => void }) {
  const t = useTexts(people);
  const me = useMe();
  const client = useQueryClient();
  const roles = me?.role === 'admin' ? ROLES : BY_OFFICER;
  const [role, setRole] = useState<Role>('enumerator');
  const [name, setName] = useState('');
  const [username, setUsername] = useState('');
  const [region, setRegion] = useState(me?.region_code ?? '');
  const [devices, setDevices] = useState(1);
  const [rate, setRate] = useState('');
  const [scopes, setScopes] = useState<readonly Scope[]>([]);
  const making = useMutation({
    mutationFn: (body: NewAccount) => got(api.POST('/v1/accounts', { body })),
    onSuccess: () => client.invalidateQueries({ queryKey: ['people', 'accounts'] }),
  });

  function submit(event: FormEvent) {
    event.preventDefault();
    making.mutate({
      role,
      name: name.trim(),
      username: username.trim(),
      region_code: region.trim() === '' ? null : region.trim(),
      devices_allowed: role === 'enumerator' ? devices : 1,
      scopes: role === 'system' || role === 'officer' ? [...scopes] : [],
      rate: role === 'system' && rate.trim() !== '' ? rate.trim() : null,
    });
  }

  if (making.data !== undefined) {
    return (
      <Modal opened onClose={onClose} title={making.data.name} centered closeOnClickOutside={false}>
        <Handed name={making.data.name} username={making.data.username} credentials={making.data} />
      </Modal>
    );
  }
  const offered =
    role === 'system' ? SCOPES : role === 'officer' && me?.role === 'admin' ? (['pii:read'] as const) : [];
  return (
    <Modal opened onClose={onClose} title={t.newAccount} centered closeOnClickOutside={false}>
      <form className={styles.form} onSubmit={submit}>
        <p>{t.newAccountAbout}</p>
        {making.isError && <Fault fault={making.error} />}
        <ChoiceField label={t.role} of={roles} names={t.roles} value={role} onChange={setRole} />
        <LineField label={t.name} maxLength={200} data-autofocus value={name} onValue={setName} />
        <ExactField
          label={t.username}
          description={t.usernameHint}
          size="sm"
          maxLength={60}
          value={username}
          onValue={setUsername}
        />
        <RegionCodeField label={t.region} description={t.regionHint} value={region} onChange={setRegion} />
        {role === 'enumerator' && (
          <NumberInput
            label={t.devicesAllowed}
            value={devices}
            min={1}
            max={100}
            onChange={(next) => setDevices(typeof next === 'number' ? next : 1)}
          />
        )}
        {offered.length > 0 && (
          <ChoicesField<Scope>
            label={t.scopes}
            description={t.scopesHint}
            of={offered}
            names={t.scopeNames}
            value={scopes}
            onChange={setScopes}
          />
        )}
        {role === 'system' && (
          <TextInput
            label={t.rate}
            description={t.rateHint}
            value={rate}
            onChange={(event) => setRate(event.currentTarget.value)}
          />
        )}
        <div className={styles.buttons}>
          <Button variant="default" onClick={onClose}>
            {t.cancel}
          </Button>
          <Button type="submit" loading={making.isPending}>
            {t.create}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
