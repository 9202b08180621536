import { useTexts } from '@kumkm/shared/texts/language.ts';
import { Button } from '@mantine/core';
import { IconEye } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import type { Business } from '../../data/business.ts';
import { register } from '../../texts/register.ts';
import styles from './business.module.css';

const SHOWN_MS = 5 * 60_000;

interface Sight {
  readonly business: Business;
  readonly reason: string;
  readonly until: number;
}

export interface Seen {
  /** Unmasked, while it is shown. */
  readonly business: Business | undefined;
  readonly reason: string;
  /** Of `Date.now()`. */
  readonly until: number;
  readonly show: (business: Business, reason: string) => void;
  readonly hide: () => void;
}

/** Personal data is shown for so long, and kept by nobody but this page. */
export function useUnmasked(masked: Business): Seen {
  const [sight, setSight] = useState<Sight>();
  useEffect(() => {
    if (sight === undefined) return;
    const over = setTimeout(() => setSight(undefined), sight.until - Date.now());
    return () => clearTimeout(over);
  }, [sight]);
  // What is unmasked is of one revision: where another came, it is not shown beside it.
  const business = sight?.business.revision === masked.revision ? sight.business : undefined;
  return {
    business,
    reason: sight?.reason ?? '',
    until: sight?.until ?? 0,
    show: (told, reason) => setSight({ business: told, reason, until: Date.now() + SHOWN_MS }),
    hide: () => setSight(undefined),
  };
}

/** That personal data is shown, for how long yet, and that the trail knows why. */
export function Unmasked({ seen }: { readonly seen: Seen }) {
  const t = useTexts(register);
  if (seen.business === undefined) return null;
  return (
    <section className={styles.unmasked} aria-label={t.unmaskTitle}>
      <IconEye size={22} stroke={1.75} aria-hidden />
      <div>
        <p className={styles.strong}>
          <Countdown until={seen.until} />
        </p>
        <p>{t.shownWhy(seen.reason)}</p>
      </div>
      <Button variant="default" onClick={seen.hide}>
        {t.hide}
      </Button>
    </section>
  );
}

function Countdown({ until }: { readonly until: number }) {
  const t = useTexts(register);
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const ticking = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(ticking);
  }, []);
  const seconds = Math.max(0, Math.round((until - now) / 1000));
  return <time>{t.shownUntil(`${Math.floor(seconds / 60)}.${String(seconds % 60).padStart(2, '0')}`)}</time>;
}
