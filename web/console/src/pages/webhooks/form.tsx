import { fieldFaults } from '@kumkm/shared/api/problem.ts';
import { useTexts } from '@kumkm/shared/texts/language.ts';
import { NumberInput, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { ChoiceField } from '../../parts/choice-field.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { DialogEnd } from '../../parts/dialog-end.tsx';
import { Fault } from '../../parts/fault.tsx';
import surfaces from '../../parts/surfaces.module.css';
import { webhooks } from '../../texts/webhooks.ts';
import { change, make, type Webhook, type WebhookChange, webhooksQuery } from './queries.ts';
import { Secret } from './secret.tsx';

interface Told {
  /** Undefined: a new one. */
  readonly webhook?: Webhook;
  readonly onClose: () => void;
}

type Content = NonNullable<WebhookChange['content']>;
type After = NonNullable<WebhookChange['after_dead_letter']>;

const LONGEST_URL = 2000;
const MOST_CHANGES = 500;

/** A subscription: to whom, where to, what. A new one's secret is shown at the end. */
export function WebhookForm({ webhook, onClose }: Told) {
  const t = useTexts(webhooks);
  const client = useQueryClient();
  const [account, setAccount] = useState('');
  const [url, setUrl] = useState(webhook?.url ?? '');
  const [content, setContent] = useState<Content>(webhook?.content === 'businesses' ? 'businesses' : 'ids');
  const [begins, setBegins] = useState<'now' | 'start'>('now');
  const [after, setAfter] = useState<After>(webhook?.after_dead_letter === 'continue' ? 'continue' : 'halt');
  const [max, setMax] = useState(webhook?.max_changes ?? 100);
  const [isTried, setTried] = useState(false);
  const saving = useMutation({
    mutationFn: async () => {
      const same = { url: url.trim(), content, max_changes: max, after_dead_letter: after };
      if (webhook !== undefined) {
        await change(webhook.id, same);
        return undefined;
      }
      return (await make({ ...same, account: account.trim(), begins })).secret;
    },
    onSuccess: async (secret) => {
      await client.invalidateQueries({ queryKey: webhooksQuery.queryKey });
      if (secret === undefined) onClose();
    },
  });
  if (saving.data !== undefined) return <Secret secret={saving.data} onClose={onClose} />;
  const faults = fieldFaults(saving.error);
  const isPlaced = faults.url !== undefined || faults.account !== undefined;
  const missing = (typed: string) => (isTried && typed.trim() === '' ? t.required : undefined);
  function submit(event: FormEvent): void {
    event.preventDefault();
    setTried(true);
    if (url.trim() !== '' && (webhook !== undefined || account.trim() !== '')) saving.mutate();
  }
  return (
    <Dialog title={webhook === undefined ? t.add : t.change} onClose={onClose}>
      <form className={surfaces.form} onSubmit={submit} noValidate>
        {webhook === undefined && (
          <TextInput
            label={t.account}
            description={t.accountHint}
            value={account}
            maxLength={60}
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            data-autofocus
            error={missing(account) ?? faults.account}
            onChange={(event) => {
              setAccount(event.currentTarget.value);
              saving.reset();
            }}
          />
        )}
        <TextInput
          label={t.url}
          description={t.urlHint}
          type="url"
          value={url}
          maxLength={LONGEST_URL}
          autoComplete="off"
          spellCheck={false}
          error={missing(url) ?? faults.url}
          onChange={(event) => {
            setUrl(event.currentTarget.value);
            saving.reset();
          }}
        />
        <ChoiceField
          label={t.content}
          of={['ids', 'businesses']}
          names={t.contents}
          value={content}
          onChange={setContent}
        />
        {webhook === undefined && (
          <ChoiceField
            label={t.begins}
            of={['now', 'start']}
            names={t.beginnings}
            value={begins}
            onChange={setBegins}
          />
        )}
        <ChoiceField
          label={t.after}
          of={['halt', 'continue']}
          names={t.afters}
          value={after}
          onChange={setAfter}
        />
        <NumberInput
          label={t.max}
          value={max}
          min={1}
          max={MOST_CHANGES}
          allowDecimal={false}
          onChange={(next) => setMax(typeof next === 'number' ? next : 1)}
        />
        {saving.isError && !isPlaced && <Fault fault={saving.error} />}
        <DialogEnd leave={t.cancel} onLeave={onClose} isPending={saving.isPending}>
          {webhook === undefined ? t.make : t.save}
        </DialogEnd>
      </form>
    </Dialog>
  );
}
