import { count } from '@kumkm/shared/formats/numbers.ts';
import { useLanguage, useTexts } from '@kumkm/shared/texts/language.ts';
import { Alert } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Fault } from '../../parts/fault.tsx';
import { duplicates } from '../../texts/duplicates.ts';
import { resolveSeveral, undoResolution } from './queries.ts';
import { CasesReason } from './reason-dialog.tsx';
import { kindOf, outcomeOf, undoneButFor } from './several.ts';
import { mayPass, useSteady } from './steady.ts';
import type { Done, Several } from './use-several.ts';

const CHANGED = [['cases'], ['case']];

/** The same decision on all that are chosen: two businesses each. The same may be sent again, so no answer is lost. */
export function DecideSeveral({ several }: { readonly several: Several }) {
  const t = useTexts(duplicates);
  const language = useLanguage();
  const { chosen } = several;
  const n = count(chosen.size, language);
  const deciding = useSteady({
    send: async (why: string) =>
      outcomeOf(await resolveSeveral(kindOf(chosen) ?? 'likely', [...chosen.keys()], why)),
    wasDone: async () => undefined,
    onDone: several.decided,
    changed: CHANGED,
  });
  const isWaiting = deciding.isPending && deciding.failureReason !== null && mayPass(deciding.failureReason);
  return (
    <CasesReason
      title={t.severalTitle(n)}
      about={t.severalConfirm}
      send={t.severalSend(n)}
      sending={deciding}
      onClose={several.close}
    >
      {isWaiting && <Alert color="gray">{t.waiting}</Alert>}
      {deciding.isError && <Fault fault={deciding.error} />}
    </CasesReason>
  );
}

/** Takes the decisions back, the last one first. What cannot be undone any more stays decided, and is counted. */
export function UndoSeveral({ several, done }: { readonly several: Several; readonly done: Done }) {
  const t = useTexts(duplicates);
  const language = useLanguage();
  const client = useQueryClient();
  const [left, setLeft] = useState(done.done);
  const n = count(left.length, language);
  const undoing = useMutation({
    mutationFn: async (why: string) => {
      const refused = await undoneButFor([...left].reverse(), async (id) => {
        await undoResolution(id, why);
        setLeft((now) => now.filter((each) => each !== id));
      });
      if (refused !== undefined) throw refused;
    },
    onSuccess: () => {
      several.forget();
      several.close();
    },
    onSettled: () => {
      for (const queryKey of [...CHANGED, ['queues']]) void client.invalidateQueries({ queryKey });
    },
  });
  return (
    <CasesReason
      title={t.undoSeveral(n)}
      about={t.undoSeveralAbout}
      send={t.undoSeveral(n)}
      sending={undoing}
      onClose={several.close}
    >
      {undoing.isError && <Fault fault={undoing.error} />}
    </CasesReason>
  );
}
