import { fieldFaults } from '@kumkm/shared/api/problem.ts';
import { useTexts } from '@kumkm/shared/texts/language.ts';
import { TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { type Campaign, campaignsQuery } from '../../data/campaigns.ts';
import { Dialog } from '../../parts/dialog.tsx';
import { DialogEnd } from '../../parts/dialog-end.tsx';
import { Fault } from '../../parts/fault.tsx';
import { campaignTexts } from '../../texts/campaign.ts';
import styles from './campaign.module.css';
import { putCampaign } from './queries.ts';

interface Told {
  /** Undefined: a new one. */
  readonly campaign: Campaign | undefined;
  readonly onClose: () => void;
  readonly onSaved: (name: string) => void;
}

const CODE = /^[a-z0-9][a-z0-9._-]{1,59}$/;
const DAYS = ['starts_on', 'ends_on', 'accepts_until', 'answers_until'] as const;

/** A campaign's name and days. They must be in order; the server has the last word. */
export function CampaignForm({ campaign, onClose, onSaved }: Told) {
  const t = useTexts(campaignTexts);
  const client = useQueryClient();
  const [typed, setTyped] = useState({
    code: campaign?.code ?? '',
    name: campaign?.name ?? '',
    starts_on: campaign?.starts_on ?? '',
    ends_on: campaign?.ends_on ?? '',
    accepts_until: campaign?.accepts_until ?? '',
    answers_until: campaign?.answers_until ?? '',
  });
  const [tried, setTried] = useState(false);
  const saving = useMutation({
    mutationFn: () =>
      putCampaign({ ...typed, name: typed.name.trim(), answers_until: typed.answers_until || null }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: campaignsQuery.queryKey });
      onSaved(typed.name.trim());
    },
  });
  const labels = {
    code: t.code,
    name: t.name,
    starts_on: t.startsOn,
    ends_on: t.endsOn,
    accepts_until: t.acceptsUntil,
    answers_until: t.answersUntil,
  };
  const own = ownFaults();
  const told = fieldFaults(saving.error);
  const faults = { ...(tried ? own : {}), ...told };
  const isPlaced = Object.keys(told).some((name) => name in labels);

  function ownFaults(): Partial<Record<keyof typeof typed, string>> {
    const found: Partial<Record<keyof typeof typed, string>> = {};
    if (!CODE.test(typed.code)) found.code = typed.code === '' ? t.required : t.codeFault;
    if (typed.name.trim() === '') found.name = t.required;
    for (const day of ['starts_on', 'ends_on', 'accepts_until'] as const) {
      if (typed[day] === '') found[day] = t.required;
    }
    DAYS.forEach((day, place) => {
      const before = DAYS[place - 1];
      if (before !== undefined && typed[day] !== '' && typed[before] !== '' && typed[day] < typed[before]) {
        found[day] = t.order;
      }
    });
    return found;
  }
  function submit(event: FormEvent) {
    event.preventDefault();
    setTried(true);
    if (Object.keys(own).length === 0) saving.mutate();
  }
  const field = (name: keyof typeof typed) => ({
    label: labels[name],
    value: typed[name],
    error: faults[name],
    autoComplete: 'off',
    onChange: (event: { readonly currentTarget: { readonly value: string } }) => {
      setTyped({ ...typed, [name]: event.currentTarget.value });
      saving.reset();
    },
  });

  return (
    <Dialog title={campaign === undefined ? t.new : t.changeOf(campaign.name)} onClose={onClose}>
      <form className={styles.form} onSubmit={submit} noValidate>
        <TextInput {...field('name')} maxLength={200} data-autofocus />
        <TextInput
          {...field('code')}
          description={t.codeHint}
          maxLength={60}
          disabled={campaign !== undefined}
          autoCapitalize="none"
          spellCheck={false}
        />
        <div className={styles.two}>
          <TextInput {...field('starts_on')} type="date" />
          <TextInput {...field('ends_on')} type="date" />
        </div>
        <TextInput {...field('accepts_until')} type="date" />
        <TextInput {...field('answers_until')} type="date" description={t.answersHint} />
        {saving.isError && !isPlaced && <Fault fault={saving.error} />}
        <DialogEnd leave={t.cancel} onLeave={onClose} isPending={saving.isPending}>
          {campaign === undefined ? t.make : t.save}
        </DialogEnd>
      </form>
    </Dialog>
  );
}
