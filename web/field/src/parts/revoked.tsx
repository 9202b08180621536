import { useTexts } from '@kumkm/shared/texts/language.ts';
import { handshake, kept } from '../state/device.ts';
import { useStored } from '../state/stored.ts';
import { app } from '../texts/app.ts';
import { styles } from './parts.tsx';

/** On top of every page: this tablet was revoked, and what to do. */
export function Revoked() {
  const t = useTexts(app);
  const isRevoked = useStored(
    async () => (await handshake())?.device.state === 'revoked' || (await kept('revoked')) === true,
  );
  if (isRevoked !== true) return null;
  return (
    <div className={styles.strip} role="alert">
      <strong>{t.revoked}</strong>
      <span>{t.revokedWhy}</span>
      <a href="#/kiriman">{t.tabs.outbox}</a>
    </div>
  );
}
