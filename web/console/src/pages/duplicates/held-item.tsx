import { ApiProblem } from '@kumkm/shared/api/problem.ts';
import { longDay, longMoment } from '@kumkm/shared/formats/dates.ts';
import { useLanguage, useTexts } from '@kumkm/shared/texts/language.ts';
import { Alert, Button, Group } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Answers } from '../../parts/answers/answers.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { Fault } from '../../parts/fault.tsx';
import { Waiting } from '../../parts/loading.tsx';
import { Particular } from '../../parts/particular.tsx';
import looks from '../../parts/queue.module.css';
import sides from '../../parts/sides.module.css';
import surfaces from '../../parts/surfaces.module.css';
import { duplicates } from '../../texts/duplicates.ts';
import { forgetDraft, useDraft } from './drafts.ts';
import styles from './duplicates.module.css';
import { formOf } from './names.ts';
import { type Held, type HeldDecision, heldItemQuery, refuse, release } from './queries.ts';
import { ReasonDialog } from './reason-dialog.tsx';
import { mayPass, useSteady } from './steady.ts';

/** One held item: why it is held, what it says (masked), and the decision. */
export function HeldCard({ id }: { readonly id: string }) {
  const found = useQuery(heldItemQuery(id));
  if (found.isError) return <Fault fault={found.error} again={() => void found.refetch()} />;
  if (found.data === undefined) return <Waiting rows={6} />;
  return <Shown item={found.data} />;
}

/** `undefined`: it is let in. */
type Why = string | undefined;

function Shown({ item }: { readonly item: Held }) {
  const t = useTexts(duplicates);
  const language = useLanguage();
  const client = useQueryClient();
  const [opened, setOpened] = useState<'release' | 'refuse'>();
  const deciding = useSteady<Why, HeldDecision>({
    send: (why) => (why === undefined ? release(item.id) : refuse(item.id, why)),
    wasDone: async (why) => {
      const now = await client.fetchQuery({ ...heldItemQuery(item.id), staleTime: 0 });
      const wanted = why === undefined ? 'released' : 'refused';
      return now.state === wanted ? { id: item.id, decision: wanted, item: null } : undefined;
    },
    onDone: () => {
      setOpened(undefined);
      forgetDraft(item.id);
    },
    changed: [['held'], ['held-item', item.id], ['cases']],
  });
  const isWaiting = deciding.isPending && deciding.failureReason !== null && mayPass(deciding.failureReason);
  const isLate =
    deciding.error instanceof ApiProblem &&
    deciding.error.code === 'state_changed' &&
    item.state !== 'waiting'; // else the server cannot let it in, and says so
  const outcome = deciding.data?.item?.outcome;
  const waiting = (
    <>
      {isWaiting && <Alert color="gray">{t.waiting}</Alert>}
      {deciding.isError && !isLate && <Fault fault={deciding.error} />}
    </>
  );
  return (
    <div className={surfaces.panel}>
      <div className={looks.part}>
        <h2>{item.region_name ?? item.region_code}</h2>
        <ul className={`${sides.meta} ${looks.meta}`}>
          <Particular name={t.from}>{item.enumerator}</Particular>
          <Particular name={t.captured}>{longDay(item.captured_on, language)}</Particular>
          <Particular name={t.received}>{longMoment(item.received_at, language)}</Particular>
        </ul>
      </div>
      <div className={looks.part}>
        <h3>{t.why}</h3>
        <ul className={styles.reasons}>
          {item.reasons.map((reason) => (
            <li key={reason.pointer + reason.code}>{reason.detail}</li>
          ))}
        </ul>
      </div>
      <div className={looks.part}>
        <h3>{t.answers}</h3>
        {item.answers === null ? (
          <p>{t.answersGone}</p>
        ) : (
          <>
            <p className={looks.quiet}>{t.answersAbout}</p>
            <Answers questionnaire={formOf(item.answers)} answers={item.answers} />
          </>
        )}
      </div>
      <div className={`${looks.part} ${styles.form}`} role="status">
        {isLate && <Alert color="orange" title={t.otherHeld} />}
        {item.state === 'waiting' ? (
          <Group>
            <Button variant="default" size="md" onClick={() => setOpened('refuse')}>
              {t.refuse}
            </Button>
            <Button size="md" onClick={() => setOpened('release')}>
              {t.release}
            </Button>
          </Group>
        ) : (
          <>
            <p>
              <strong>{t.heldStates[item.state]}</strong>
              {item.decided_at !== null && `, ${longMoment(item.decided_at, language)}`}
              {outcome !== undefined && `: ${t.outcomes[outcome] ?? outcome}`}
            </p>
            {item.decided_because !== null && <p>“{item.decided_because}”</p>}
          </>
        )}
      </div>
      {opened === 'release' && item.state === 'waiting' && (
        <Dialog title={t.confirmRelease} onClose={() => setOpened(undefined)}>
          <div className={styles.form}>
            <p>{t.releaseAbout}</p>
            {waiting}
            <Group justify="flex-end">
              <Button variant="default" size="md" onClick={() => setOpened(undefined)}>
                {t.cancel}
              </Button>
              <Button size="md" loading={deciding.isPending} onClick={() => deciding.mutate(undefined)}>
                {t.release}
              </Button>
            </Group>
          </div>
        </Dialog>
      )}
      {opened === 'refuse' && item.state === 'waiting' && (
        <Refuse
          id={item.id}
          isPending={deciding.isPending}
          onClose={() => setOpened(undefined)}
          onRefuse={(why) => deciding.mutate(why)}
        >
          {waiting}
        </Refuse>
      )}
    </div>
  );
}

interface RefuseTold {
  readonly id: string;
  readonly isPending: boolean;
  readonly onClose: () => void;
  readonly onRefuse: (why: string) => void;
  readonly children: React.ReactNode;
}

function Refuse({ id, isPending, onClose, onRefuse, children }: RefuseTold) {
  const t = useTexts(duplicates);
  const [draft, setDraft] = useDraft(id);
  return (
    <ReasonDialog
      title={t.refuseTitle}
      about={t.refuseAbout}
      reason={draft.reason}
      onReason={(reason) => setDraft({ reason })}
      shortest={1}
      longest={500}
      send={t.refuse}
      color="orange.9"
      isPending={isPending}
      onSend={onRefuse}
      onClose={onClose}
    >
      {children}
    </ReasonDialog>
  );
}
