import { api, got } from '@kumkm/shared/api/client.ts';
import { longMoment } from '@kumkm/shared/formats/dates.ts';
import { useLanguage, useTexts } from '@kumkm/shared/texts/language.ts';
import { Button, Drawer, NumberInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useMe } from '../../data/me.ts';
import { Fault } from '../../parts/fault.tsx';
import { LineField } from '../../parts/line-field.tsx';
import { RegionCodeField } from '../../parts/region-code-field.tsx';
import { Sure } from '../../parts/sure.tsx';
import { people } from '../../texts/people.ts';
import { wordOf } from '../../texts/word-of.ts';
import { Handed } from './handed.tsx';
import styles from './people.module.css';
import type { Account, Credentials } from './queries.ts';
import { State } from './state.tsx';

type Asked = 'reset' | 'close' | 'reopen' | 'tablet';

/** One account: what it is, what can be changed, and how its owner gets in again. */
export function AccountDrawer({
  account,
  onClose,
}: {
  readonly account: Account;
  readonly onClose: () => void;
}) {
  const t = useTexts(people);
  const language = useLanguage();
  const me = useMe();
  const client = useQueryClient();
  const [asked, setAsked] = useState<Asked | undefined>(undefined);
  const [handed, setHanded] = useState<Credentials | undefined>(undefined);
  const [permitted, setPermitted] = useState<string | undefined>(undefined);
  const open = account.deactivated_at === null;
  const own = me?.id === account.id;
  const path = { params: { path: { account_id: account.id } } };
  const refresh = () => client.invalidateQueries({ queryKey: ['people', 'accounts'] });

  const questions = {
    reset: {
      title: account.role === 'system' ? t.resetSecret : t.resetPassword,
      words: `${t.resetSure(account.name)}${account.role === 'enumerator' ? ` ${t.resetTablet}` : ''}`,
      act: async () => setHanded(await got(api.POST('/v1/accounts/{account_id}/credentials', path))),
    },
    close: {
      title: t.closeAccount,
      words: t.closeSure(account.name),
      danger: true,
      act: async () => {
        await got(api.POST('/v1/accounts/{account_id}/deactivate', path));
        await refresh();
      },
    },
    reopen: {
      title: t.reopen,
      words: t.reopenSure(account.name),
      act: async () => {
        await got(api.POST('/v1/accounts/{account_id}/reactivate', path));
        await refresh();
      },
    },
    tablet: {
      title: t.oneMore,
      words: t.oneMoreAbout,
      withReason: true,
      act: async (reason: string) => {
        const answer = await got(
          api.POST('/v1/accounts/{account_id}/next-tablet', { ...path, body: { reason } }),
        );
        setPermitted(answer.until);
      },
    },
  } as const;
  const question = asked === undefined ? undefined : questions[asked];

  return (
    <Drawer opened onClose={onClose} title={t.details} position="right" size="md">
      <dl className={styles.facts}>
        <dt>{t.name}</dt>
        <dd>{account.name}</dd>
        <dt>{t.username}</dt>
        <dd>{account.username}</dd>
        <dt>{t.role}</dt>
        <dd>{wordOf(t.roles, account.role)}</dd>
        <dt>{t.state}</dt>
        <dd>
          <State on={open} words={[t.open, t.closed]} />
        </dd>
        <dt>{t.made}</dt>
        <dd>{longMoment(account.created_at, language)}</dd>
      </dl>
      {handed !== undefined && (
        <div className={styles.section}>
          <Handed name={account.name} username={account.username} credentials={handed} />
        </div>
      )}
      {permitted !== undefined && (
        <p className={styles.section} role="status">
          {t.oneMoreUntil(longMoment(permitted, language))}
        </p>
      )}
      {open && <Change account={account} />}
      {!own && (
        <div className={`${styles.section} ${styles.form}`}>
          {open && (
            <Button variant="default" onClick={() => setAsked('reset')}>
              {account.role === 'system' ? t.resetSecret : t.resetPassword}
            </Button>
          )}
          {open && account.role === 'enumerator' && (
            <Button variant="default" onClick={() => setAsked('tablet')}>
              {t.oneMore}
            </Button>
          )}
          <Button
            variant={open ? 'light' : 'default'}
            {...(open ? { color: 'red' } : {})}
            onClick={() => setAsked(open ? 'close' : 'reopen')}
          >
            {open ? t.closeAccount : t.reopen}
          </Button>
        </div>
      )}
      {question !== undefined && (
        <Sure {...question} doIt={question.title} onClose={() => setAsked(undefined)} />
      )}
    </Drawer>
  );
}

/** Name, region and number of tablets; the rest of an account never changes. */
function Change({ account }: { readonly account: Account }) {
  const t = useTexts(people);
  const client = useQueryClient();
  const [name, setName] = useState(account.name);
  const [region, setRegion] = useState(account.region_code ?? '');
  const [devices, setDevices] = useState(account.devices_allowed);
  const saving = useMutation({
    mutationFn: () =>
      got(
        api.PATCH('/v1/accounts/{account_id}', {
          params: { path: { account_id: account.id } },
          body: {
            ...(name.trim() === account.name ? {} : { name: name.trim() }),
            ...(region.trim() === (account.region_code ?? '') ? {} : { region_code: region.trim() || null }),
            ...(devices === account.devices_allowed ? {} : { devices_allowed: devices }),
          },
        }),
      ),
    onSuccess: () => client.invalidateQueries({ queryKey: ['people', 'accounts'] }),
  });
  const changed =
    name.trim() !== account.name ||
    region.trim() !== (account.region_code ?? '') ||
    devices !== account.devices_allowed;
  function submit(event: FormEvent) {
    event.preventDefault();
    saving.mutate();
  }
  return (
    <form className={`${styles.section} ${styles.form}`} onSubmit={submit}>
      {saving.isError && <Fault fault={saving.error} />}
      <LineField label={t.name} maxLength={200} value={name} onValue={setName} />
      <RegionCodeField label={t.region} description={t.regionHint} value={region} onChange={setRegion} />
      {account.role === 'enumerator' && (
        <NumberInput
          label={t.devicesAllowed}
          value={devices}
          min={1}
          max={100}
          onChange={(next) => setDevices(typeof next === 'number' ? next : account.devices_allowed)}
        />
      )}
      <div className={styles.buttons}>
        {saving.isSuccess && !changed && <span role="status">{t.saved}</span>}
        <Button type="submit" disabled={!changed} loading={saving.isPending}>
          {t.save}
        </Button>
      </div>
    </form>
  );
}
