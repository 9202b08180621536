import { longMoment } from '@kumkm/shared/formats/dates.ts';
import { useLanguage, useTexts } from '@kumkm/shared/texts/language.ts';
import { Button } from '@mantine/core';
import { IconFlag, IconFlagOff } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import section from '../../parts/section.module.css';
import { quality } from '../../texts/quality.ts';
import styles from './quality.module.css';
import type { Flag } from './queries.ts';

interface Told {
  readonly flags: readonly Flag[];
  /** The numbers of one, in words. */
  readonly numbers: (flag: Flag) => ReactNode;
  /** Whether this app knows the flag, so that it can be dismissed. */
  readonly isKnown: (flag: Flag) => boolean;
  readonly onDecide: (flag: Flag) => void;
}

/** Flags, each in the server's words with its numbers, and what may be done with it. */
export function Flags({ flags, numbers, isKnown, onDecide }: Told) {
  const t = useTexts(quality);
  const language = useLanguage();
  return (
    <ul className={styles.flags}>
      {flags.map((flag) => {
        const { code, text, dismissal } = flag;
        const Icon = dismissal === null ? IconFlag : IconFlagOff;
        const act = dismissal === null ? t.dismiss : t.undo;
        return (
          <li key={code} className={styles.flag} data-dismissed={dismissal !== null || undefined}>
            <Icon size={18} stroke={1.75} aria-hidden />
            <div className={styles.said}>
              <p className={styles.sentence}>{text}</p>
              {numbers(flag)}
              {dismissal !== null && (
                <p className={section.quiet}>
                  {t.dismissedBy(dismissal.by, longMoment(dismissal.dismissed_at, language))} “
                  {dismissal.reason}”
                </p>
              )}
            </div>
            {isKnown(flag) && (
              <Button
                variant="default"
                size="sm"
                className="no-print"
                aria-label={`${act}: ${text}`}
                onClick={() => onDecide(flag)}
              >
                {act}
              </Button>
            )}
          </li>
        );
      })}
    </ul>
  );
}
