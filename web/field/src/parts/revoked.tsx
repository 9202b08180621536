import { useTexts } from '@kumkm/shared/texts/language.ts';
import { handshake, kept } from '../state/device.ts';
import { useStored } from '../state/stored.ts';
import { app } from '../texts/app.ts';
import { styles } from './parts.tsx';

/** Whether this tablet was revoked, as far as it heard. */
export function useIsRevoked(): boolean {
  const isRevoked = useStored(
    async () => (await handshake())?.device.state === 'revoked' || (await kept('revoked')) === true,
  );
  return isRevoked === true;
}

/** On top of every page: this tablet was revoked, and what to do. */
export function Revoked() {
  const t = useTexts(app);
  if (!useIsRevoked()) return null;
  return (
    <div className={styles.strip} role="alert">
      <strong>{t.revoked}</strong>
      <span>{t.revokedWhy}</span>
      <a href="#/kiriman">{t.tabs.outbox}</a>
    </div>
  );
}
