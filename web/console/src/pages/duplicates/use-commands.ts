import { useCallback } from 'react';
import { useKeys } from '../../parts/keys.ts';
import { type Command, KEYS } from './keys.ts';
import type { Case } from './queries.ts';
import type { Several } from './use-several.ts';

interface Told {
  readonly several: Several;
  readonly items: readonly Case[];
  /** Where the case that is open stands in the list; -1 for none. */
  readonly place: number;
  readonly onOpen: (id: string) => void;
}

/** The keys of the list. */
export function useCommands({ several, items, place, onOpen }: Told): void {
  const act = useCallback(
    (asked: Command) => {
      const current = items[place];
      const step = asked === 'next' ? items[place + 1] : items[place - 1];
      if (asked === 'choose' && current !== undefined) several.toggle(current);
      else if (asked === 'chooseAll') several.chooseAll();
      else if (asked === 'decide' && several.chosen.size > 0) several.open('decide');
      else if (asked === 'undo' && (several.done?.done.length ?? 0) > 0) several.open('undo');
      else if (asked === 'leave' && several.chosen.size > 0) several.clear();
      else if ((asked === 'next' || asked === 'previous') && step !== undefined) onOpen(step.id);
      else return false;
      return true;
    },
    [several, items, place, onOpen],
  );
  useKeys(KEYS, act);
}
