import { ApiProblem } from '@kumkm/shared/api/problem.ts';
import { useTexts } from '@kumkm/shared/texts/language.ts';
import { Alert, Button, Group, Radio, Textarea } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useMe } from '../../data/me.ts';
import { Fault } from '../../parts/fault.tsx';
import looks from '../../parts/queue.module.css';
import { duplicates } from '../../texts/duplicates.ts';
import { forgetDraft, useDraft } from './drafts.ts';
import styles from './duplicates.module.css';
import { isOwn, nameOf } from './names.ts';
import { type Case, caseQuery, type Resolution, resolve } from './queries.ts';
import { mayPass, useSteady } from './steady.ts';

const DECISIONS = ['same', 'separate', 'owner_changed', 'wrong_identity'] as const;
const OF_ONE = ['same', 'owner_changed'];
const LEAST = 5;

/** The decision on an open case, with its reason. What was typed stays until the server took it. */
export function Deciding({ found }: { readonly found: Case }) {
  const t = useTexts(duplicates);
  const me = useMe();
  const client = useQueryClient();
  const [draft, setDraft] = useDraft(found.id);
  const [short, setShort] = useState(false);
  const { decision, reason, business, wrong } = draft;
  const saving = useSteady<Resolution, Case>({
    send: (body) => resolve(found.id, body),
    wasDone: async (body) => {
      const now = await client.fetchQuery({ ...caseQuery(found.id), staleTime: 0 });
      return isOwn(now, body, me?.username) ? now : undefined;
    },
    onDone: (now) => {
      client.setQueryData(caseQuery(found.id).queryKey, now);
      forgetDraft(found.id);
    },
    changed: [['cases'], ['case', found.id]],
  });
  const { failureReason, isPending } = saving;
  const isWaiting = isPending && failureReason !== null && mayPass(failureReason);
  const isLate = saving.error instanceof ApiProblem && saving.error.code === 'state_changed';

  function submit(event: FormEvent): void {
    event.preventDefault();
    if (reason.trim().length < LEAST) {
      setShort(true);
      return;
    }
    if (decision === undefined) return;
    saving.mutate({
      decision,
      reason: reason.trim(),
      ...(OF_ONE.includes(decision) && business !== undefined ? { business_id: business } : {}),
      ...(decision === 'wrong_identity' && wrong !== undefined ? { wrong_record_id: wrong } : {}),
    });
  }

  return (
    <form className={`${looks.part} ${styles.form}`} onSubmit={submit}>
      <Radio.Group
        label={t.decide}
        value={decision ?? ''}
        onChange={(value) => setDraft({ ...draft, decision: DECISIONS.find((each) => each === value) })}
      >
        <div className={styles.choices}>
          {DECISIONS.map((each) => (
            <div key={each} className={styles.choice}>
              <Radio value={each} label={t.decisions[each]} description={t.decisionsAbout[each]} />
            </div>
          ))}
        </div>
      </Radio.Group>
      {decision !== undefined && OF_ONE.includes(decision) && found.businesses.length > 1 && (
        <Radio.Group
          label={t.which}
          value={business ?? ''}
          onChange={(value) => setDraft({ ...draft, business: value })}
        >
          {found.businesses.map((side, place) => (
            <Radio
              key={side.business_id}
              mt="xs"
              value={side.business_id ?? ''}
              label={`${t.businessOf(place + 1)}: ${nameOf(side) ?? ''}`}
            />
          ))}
        </Radio.Group>
      )}
      {decision === 'wrong_identity' && (
        <Radio.Group
          label={t.whose}
          value={wrong ?? found.record.record_id ?? ''}
          onChange={(value) => setDraft({ ...draft, wrong: value })}
        >
          {[found.record, ...found.businesses].map((side, place) => (
            <Radio
              key={side.record_id}
              mt="xs"
              value={side.record_id ?? ''}
              label={`${place === 0 ? t.record : t.businessOf(place)}: ${nameOf(side) ?? ''}`}
            />
          ))}
        </Radio.Group>
      )}
      <Textarea
        label={t.reason}
        description={t.reasonHint}
        rows={3}
        maxLength={1000}
        value={reason}
        error={short ? t.reasonShort : undefined}
        onChange={(event) => {
          setShort(false);
          setDraft({ ...draft, reason: event.currentTarget.value });
        }}
      />
      {isWaiting && <Alert color="gray">{t.waiting}</Alert>}
      {saving.isError && !isLate && <Fault fault={saving.error} />}
      {saving.isError && isLate && (
        <Alert role="alert" color="orange" title={t.otherChanged}>
          <Button
            variant="default"
            onClick={() => void client.invalidateQueries({ queryKey: ['case', found.id] })}
          >
            {t.close}
          </Button>
        </Alert>
      )}
      <Group>
        <Button type="submit" size="md" loading={isPending} disabled={decision === undefined}>
          {t.send}
        </Button>
      </Group>
    </form>
  );
}
