import type { State } from '@kumkm/shared/charts/progress.ts';
import { longMoment } from '@kumkm/shared/formats/dates.ts';
import { count } from '@kumkm/shared/formats/numbers.ts';
import { useLanguage, useTexts } from '@kumkm/shared/texts/language.ts';
import { Alert, Button } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { FactList } from '../../parts/fact-list.tsx';
import { Fault } from '../../parts/fault.tsx';
import { StateBadge } from '../../parts/state.tsx';
import { Sure } from '../../parts/sure.tsx';
import surfaces from '../../parts/surfaces.module.css';
import { webhooks } from '../../texts/webhooks.ts';
import { wordOf } from '../../texts/word-of.ts';
import { Deliveries } from './deliveries.tsx';
import { WebhookForm } from './form.tsx';
import { pause, ping, remove, resume, rotate, type Tested, type Webhook } from './queries.ts';
import { Secret } from './secret.tsx';
import styles from './webhooks.module.css';

const STATES: Readonly<Record<string, State>> = { active: 'done', paused: 'still', halted: 'risk' };

type Question = 'change' | 'rotate' | 'remove' | 'skip' | 'start';

/** One webhook: how it stands, and what can be done. */
export function Card({ webhook }: { readonly webhook: Webhook }) {
  const t = useTexts(webhooks);
  const language = useLanguage();
  const client = useQueryClient();
  const [asked, setAsked] = useState<Question>();
  const [secret, setSecret] = useState<string>();
  const [isOpen, setOpen] = useState(false);
  const again = () => client.invalidateQueries({ queryKey: ['webhooks'] });
  const acting = useMutation({ mutationFn: (act: () => Promise<unknown>) => act(), onSuccess: again });
  const testing = useMutation({ mutationFn: () => ping(webhook.id) });
  const close = () => setAsked(undefined);
  const { id, state, halted_for: reason } = webhook;
  return (
    <li className={`${surfaces.card} ${styles.card}`}>
      <header className={styles.head}>
        <div>
          <h2 className={styles.url}>{webhook.url}</h2>
          <p className={styles.quiet}>
            {webhook.account_name} · {webhook.account} · {wordOf(t.contents, webhook.content)}
          </p>
        </div>
        <StateBadge state={STATES[state] ?? 'open'} word={wordOf(t.states, state)} />
      </header>
      {reason !== null && (
        <Alert color="orange" variant="light" className={styles.reason}>
          {wordOf(t.reasons, reason)}
        </Alert>
      )}
      <FactList className={`${surfaces.facts} ${styles.facts}`} facts={factsOf(webhook, t, language)} />
      <div className={styles.acts}>
        <Button variant="default" size="md" loading={testing.isPending} onClick={() => testing.mutate()}>
          {t.test}
        </Button>
        {state === 'active' ? (
          <Button variant="default" size="md" onClick={() => acting.mutate(() => pause(id))}>
            {t.pause}
          </Button>
        ) : reason === 'feed_restored' ? (
          <Button size="md" onClick={() => setAsked('start')}>
            {t.fromStart}
          </Button>
        ) : (
          <Button size="md" onClick={() => acting.mutate(() => resume(id, { dead_letter: 'send' }))}>
            {reason === 'dead_letter' ? t.again : t.resume}
          </Button>
        )}
        {reason === 'dead_letter' && (
          <Button variant="default" size="md" onClick={() => setAsked('skip')}>
            {t.skip}
          </Button>
        )}
        <Button variant="default" size="md" onClick={() => setAsked('change')}>
          {t.change}
        </Button>
        <Button variant="default" size="md" onClick={() => setAsked('rotate')}>
          {t.rotate}
        </Button>
        <Button variant="subtle" size="md" color="red" onClick={() => setAsked('remove')}>
          {t.remove}
        </Button>
        <Button variant="subtle" size="md" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          {isOpen ? t.hide : t.deliveries}
        </Button>
      </div>
      <div role="status" className={styles.result}>
        {testing.data !== undefined && testWords(testing.data, t, language)}
      </div>
      {testing.isError && <Fault fault={testing.error} />}
      {acting.isError && <Fault fault={acting.error} />}
      {isOpen && <Deliveries webhook={webhook} />}
      {asked === 'change' && <WebhookForm webhook={webhook} onClose={close} />}
      {secret !== undefined && <Secret secret={secret} onClose={() => setSecret(undefined)} />}
      {asked === 'rotate' && (
        <Sure
          title={t.rotate}
          words={t.rotateSure}
          doIt={t.rotate}
          act={async () => {
            setSecret((await rotate(id)).secret);
            await again();
          }}
          onClose={close}
        />
      )}
      {asked === 'skip' && (
        <Sure
          title={t.skip}
          words={t.skipSure}
          doIt={t.skip}
          act={async () => {
            await resume(id, { dead_letter: 'skip' });
            await again();
          }}
          onClose={close}
        />
      )}
      {asked === 'start' && (
        <Sure
          title={t.fromStart}
          words={t.startSure}
          doIt={t.fromStart}
          act={async () => {
            await resume(id, { dead_letter: 'send', begins: 'start' });
            await again();
          }}
          onClose={close}
        />
      )}
      {asked === 'remove' && (
        <Sure
          title={t.remove}
          words={t.removeSure}
          doIt={t.remove}
          danger
          act={async () => {
            await remove(id);
            await again();
          }}
          onClose={close}
        />
      )}
    </li>
  );
}

type Words = ReturnType<typeof useTexts<typeof webhooks.id>>;
type Language = ReturnType<typeof useLanguage>;

function factsOf(webhook: Webhook, t: Words, language: Language): readonly (readonly [string, string])[] {
  const moment = (at: string) => longMoment(at, language);
  const { next_attempt_at: next, former_secret_until: former, delivered_at: last } = webhook;
  return [
    [t.sent, count(webhook.sequence, language)],
    [t.waiting, count(webhook.pending, language)],
    [t.dead, count(webhook.dead_letters, language)],
    [t.last, last === null ? t.never : moment(last)],
    ...(next === null
      ? []
      : ([[t.next, `${moment(next)}, ${t.failures(count(webhook.failures, language))}`]] as const)),
    ...(former === null ? [] : ([[t.formerUntil, moment(former)]] as const)),
  ];
}

function testWords(tested: Tested, t: Words, language: Language): string {
  const ms = count(tested.duration_ms, language);
  if (tested.delivered) return t.testGood(String(tested.status), ms);
  const why = tested.fault === null ? t.answered(String(tested.status)) : wordOf(t.faults, tested.fault);
  return t.testBad(why, ms);
}
