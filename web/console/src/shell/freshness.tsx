import { clockTime } from '@kumkm/shared/formats/dates.ts';
import aloud from '@kumkm/shared/hidden.module.css';
import { connection } from '@kumkm/shared/session/connection.ts';
import { useStore } from '@kumkm/shared/store.ts';
import { useLanguage, useTexts } from '@kumkm/shared/texts/language.ts';
import { useEffect, useState } from 'react';
import { shell } from '../texts/shell.ts';
import styles from './freshness.module.css';

const S = 1000;
const MINUTE = 60;

/** How old the figures are by this machine's clock, and whether the server answers. */
export function Freshness() {
  const t = useTexts(shell);
  const language = useLanguage();
  const { state, heardAt } = useStore(connection);
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), S);
    return () => clearInterval(timer);
  }, []);
  if (heardAt === 0) return null;
  const seconds = Math.max(0, Math.round((now - heardAt) / S));
  const ago = seconds < MINUTE ? t.secondsAgo(seconds) : t.minutesAgo(Math.floor(seconds / MINUTE));
  return (
    <p className={styles.line} title={state === 'online' ? t.online : t.lost}>
      <span className={styles.dot} data-state={state} aria-hidden />
      <span className={aloud.hidden}>{state === 'online' ? t.online : t.lost}. </span>
      <span className={styles.words}>
        {t.asOf} <time dateTime={new Date(heardAt).toISOString()}>{clockTime(heardAt, language)}</time>, {ago}
      </span>
    </p>
  );
}
