import { ApiProblem } from '@kumkm/shared/api/problem.ts';
import { longMoment } from '@kumkm/shared/formats/dates.ts';
import { useLanguage, useTexts } from '@kumkm/shared/texts/language.ts';
import { Alert, Button, Group } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useMe } from '../../data/me.ts';
import { Fault } from '../../parts/fault.tsx';
import looks from '../../parts/queue.module.css';
import { duplicates } from '../../texts/duplicates.ts';
import { forgetDraft, hasDraft, useDraft } from './drafts.ts';
import styles from './duplicates.module.css';
import { type Case, caseQuery, undoResolution } from './queries.ts';
import { CasesReason } from './reason-dialog.tsx';
import { mayPass, useSteady } from './steady.ts';

interface Told {
  readonly found: Case;
  /** Only who reaches all sides may undo. */
  readonly canUndo: boolean;
  readonly onNext: (() => void) | undefined;
}

/** What was decided, and the way back. Who was writing a decision of its own meanwhile sees both. */
export function Resolved({ found, canUndo, onNext }: Told) {
  const t = useTexts(duplicates);
  const language = useLanguage();
  const me = useMe();
  const [opened, setOpened] = useState(false);
  const [draft] = useDraft(found.id);
  const { resolution } = found;
  if (resolution === null) return null;
  const isLate = hasDraft(draft) && resolution.decided_by !== me?.username;
  return (
    <div className={`${looks.part} ${styles.form}`}>
      {isLate && draft.decision !== undefined && (
        <Alert role="alert" color="orange" title={t.otherDecided}>
          <p>
            {t.decisions[draft.decision]}: “{draft.reason}”
          </p>
          <Button variant="default" onClick={() => forgetDraft(found.id)}>
            {t.close}
          </Button>
        </Alert>
      )}
      <div role="status">
        <h3>{t.decided}</h3>
        <p>
          <strong>
            {t.decidedBy(
              t.decisions[resolution.decision] ?? resolution.decision,
              resolution.decided_by ?? t.someone,
              longMoment(resolution.decided_at, language),
            )}
          </strong>
        </p>
        <p>“{resolution.reason}”</p>
      </div>
      <Group>
        {canUndo && (
          <Button variant="default" size="md" onClick={() => setOpened(true)}>
            {t.undo}
          </Button>
        )}
        {onNext !== undefined && (
          <Button size="md" onClick={onNext}>
            {t.next}
          </Button>
        )}
      </Group>
      {opened && <Undo found={found} onClose={() => setOpened(false)} />}
    </div>
  );
}

function Undo({ found, onClose }: { readonly found: Case; readonly onClose: () => void }) {
  const t = useTexts(duplicates);
  const client = useQueryClient();
  const undoing = useSteady<string, Case>({
    send: (why) => undoResolution(found.id, why),
    wasDone: async () => {
      const now = await client.fetchQuery({ ...caseQuery(found.id), staleTime: 0 });
      return now.state === 'open' ? now : undefined;
    },
    onDone: (now) => {
      client.setQueryData(caseQuery(found.id).queryKey, now);
      onClose();
    },
    changed: [['cases'], ['case', found.id]],
  });
  const isWaiting = undoing.isPending && undoing.failureReason !== null && mayPass(undoing.failureReason);
  const cannot = undoing.error instanceof ApiProblem && undoing.error.code === 'state_changed';
  return (
    <CasesReason title={t.undo} about={t.undoAbout} send={t.undo} sending={undoing} onClose={onClose}>
      {isWaiting && <Alert color="gray">{t.waiting}</Alert>}
      {undoing.isError &&
        (cannot ? <Alert color="orange">{t.cannotUndo}</Alert> : <Fault fault={undoing.error} />)}
    </CasesReason>
  );
}
