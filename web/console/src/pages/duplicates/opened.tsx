import { useTexts } from '@kumkm/shared/texts/language.ts';
import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import looks from '../../parts/queue.module.css';
import sides from '../../parts/sides.module.css';
import { duplicates } from '../../texts/duplicates.ts';

interface Told {
  readonly label: string;
  readonly onBack: () => void;
  /** The one that is open; undefined where none is. */
  readonly children: ReactNode;
}

/** The one at the right, and on a phone the way back to the list. */
export function Opened({ label, onBack, children }: Told) {
  const t = useTexts(duplicates);
  return (
    <section className={sides.right} aria-label={label}>
      {children !== undefined && (
        <>
          <div className={looks.back}>
            <Button variant="default" size="md" onClick={onBack}>
              {t.back}
            </Button>
          </div>
          {children}
        </>
      )}
    </section>
  );
}
