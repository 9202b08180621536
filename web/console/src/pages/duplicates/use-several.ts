import { useCallback, useState } from 'react';
import type { Case } from './queries.ts';
import { type Chosen, joined, type Outcome, toggled } from './several.ts';

export type Window = 'decide' | 'undo';

export interface Done extends Outcome {
  /** What was chosen, for the names of what was refused. */
  readonly chosen: Chosen;
}

/** What is chosen of the list, what is asked about it, and what became of the last that was decided. */
export function useSeveral(items: readonly Case[]) {
  const [chosen, setChosen] = useState<Chosen>(new Map());
  const [window, setWindow] = useState<Window>();
  const [done, setDone] = useState<Done>();
  return {
    chosen,
    window,
    done,
    open: setWindow,
    close: useCallback(() => setWindow(undefined), []),
    clear: useCallback(() => setChosen(new Map()), []),
    forget: useCallback(() => setDone(undefined), []),
    toggle: useCallback((item: Case) => setChosen((now) => toggled(now, item)), []),
    chooseAll: () => setChosen((now) => joined(now, items)),
    /** What was refused stays chosen no longer: it is named with its problem. */
    decided: (outcome: Outcome) => {
      setDone({ ...outcome, chosen });
      setChosen(new Map());
      setWindow(undefined);
    },
  };
}

export type Several = ReturnType<typeof useSeveral>;
