import { useTexts } from '@kumkm/shared/texts/language.ts';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Sure } from '../../parts/sure.tsx';
import { quality } from '../../texts/quality.ts';
import styles from './quality.module.css';
import { type Flag, QUALITY } from './queries.ts';

const SHORTEST_REASON = 5; // as the API takes it

/** A flag that somebody wants to dismiss, or to open again. */
export interface Asked {
  /** Of the record, or of the enumerator in a regency. */
  readonly of: string;
  readonly flag: Flag;
  readonly send: (undo: boolean, reason: string) => Promise<void>;
}

interface Told {
  readonly asked: Asked | undefined;
  /** The flags that there are now: in the language that is spoken now. */
  readonly flagsOf: (of: string) => readonly Flag[] | undefined;
  /** What becomes of a flag that is dismissed. */
  readonly about: string;
  readonly onClose: () => void;
}

/** The dialog that asks why, and afterwards what became of it. */
export function Deciding({ asked, flagsOf, about, onClose }: Told) {
  const t = useTexts(quality);
  const client = useQueryClient();
  const [did, setDid] = useState<'dismissed' | 'undone'>();
  const undo = asked !== undefined && asked.flag.dismissal !== null;

  const now = asked && flagsOf(asked.of)?.find((each) => each.code === asked.flag.code);

  async function act(reason: string): Promise<void> {
    try {
      await asked?.send(undo, reason);
      setDid(undo ? 'undone' : 'dismissed');
    } finally {
      // Where it was refused, something else became of the flag meanwhile.
      void client.invalidateQueries({ queryKey: QUALITY });
    }
  }

  return (
    <>
      <p role="status" className={styles.status}>
        {did !== undefined && t[did]}
      </p>
      {asked !== undefined && (
        <Sure
          title={undo ? t.undoTitle : t.dismissTitle}
          words={`“${(now ?? asked.flag).text}” ${undo ? t.undoAbout : about}`}
          doIt={undo ? t.undo : t.dismiss}
          withReason
          shortestReason={SHORTEST_REASON}
          act={act}
          onClose={onClose}
        />
      )}
    </>
  );
}
