import { ApiProblem } from '@kumkm/shared/api/problem.ts';
import { count } from '@kumkm/shared/formats/numbers.ts';
import { useLanguage, useTexts } from '@kumkm/shared/texts/language.ts';
import { ActionIcon, Button, TextInput } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { campaignTexts } from '../../texts/campaign.ts';
import { shell } from '../../texts/shell.ts';
import styles from './campaign.module.css';
import { targetOf } from './phase.ts';
import { putTarget, removeTarget, type Target } from './queries.ts';

interface Told {
  readonly target: Target;
  readonly name: string;
  readonly campaign: string;
}

/** A target that is set where it stands. */
export function TargetField({ target, name, campaign }: Told) {
  const t = useTexts(campaignTexts);
  const s = useTexts(shell);
  const language = useLanguage();
  const client = useQueryClient();
  const now = target.businesses === null ? '' : count(target.businesses, language);
  const [text, setText] = useState(now);
  const [from, setFrom] = useState('');
  const [reason, setReason] = useState('');
  const [tried, setTried] = useState(false);
  const refresh = async () => {
    void client.invalidateQueries({ queryKey: ['progress'] });
    await client.invalidateQueries({ queryKey: ['targets'] });
  };
  const setting = useMutation({
    mutationFn: (businesses: number) => putTarget(target.region_code, campaign, { businesses, from, reason }),
    onSuccess: refresh,
  });
  const removing = useMutation({
    mutationFn: () => removeTarget(target.region_code, campaign),
    onSuccess: refresh,
  });
  const value = targetOf(text);
  const isChanged = text.trim() !== now && value !== target.businesses;
  const failed = setting.error ?? removing.error;
  const refused = failed instanceof ApiProblem ? failed.problem?.errors?.[0] : undefined;
  const asksWhy = refused?.code === 'reason_missing' || reason !== '';
  const fault =
    failed !== null
      ? failed instanceof ApiProblem
        ? (refused?.detail ?? failed.problem?.detail ?? s.faultTitle)
        : s.unreachable
      : tried && value === undefined && text.trim() !== ''
        ? t.wholeNumber
        : undefined;
  function submit(event: FormEvent) {
    event.preventDefault();
    setTried(true);
    if (isChanged && value !== undefined) setting.mutate(value);
  }
  return (
    <form className={styles.target} onSubmit={submit}>
      {target.businesses !== null && !isChanged && (
        <ActionIcon
          variant="subtle"
          color="gray"
          size={36}
          className={styles.removes}
          loading={removing.isPending}
          onClick={() => removing.mutate()}
          aria-label={t.removeOf(name)}
        >
          <IconTrash size={16} stroke={1.75} aria-hidden />
        </ActionIcon>
      )}
      {isChanged && (
        <Button type="submit" size="compact-md" loading={setting.isPending}>
          {t.setTarget}
        </Button>
      )}
      <TextInput
        aria-label={t.setFor(name)}
        value={text}
        error={fault}
        inputMode="numeric"
        autoComplete="off"
        maxLength={11}
        classNames={{ input: styles.targetInput ?? '' }}
        onChange={(event) => {
          setText(event.currentTarget.value);
          setting.reset();
          removing.reset();
        }}
      />
      {isChanged && (
        <TextInput
          aria-label={t.fromOf(name)}
          title={t.fromHint}
          type="date"
          value={from}
          onChange={(event) => {
            setFrom(event.currentTarget.value);
            setting.reset();
          }}
        />
      )}
      {isChanged && asksWhy && (
        <TextInput
          aria-label={t.reasonOf(name)}
          placeholder={t.reason}
          value={reason}
          maxLength={500}
          onChange={(event) => {
            setReason(event.currentTarget.value);
            setting.reset();
          }}
        />
      )}
    </form>
  );
}
