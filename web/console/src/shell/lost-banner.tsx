import { connection } from '@kumkm/shared/session/connection.ts';
import { useStore } from '@kumkm/shared/store.ts';
import { useTexts } from '@kumkm/shared/texts/language.ts';
import { IconPlugConnectedX } from '@tabler/icons-react';
import { shell } from '../texts/shell.ts';
import styles from './lost-banner.module.css';

/** Over the page while the server is not reached. What is on the screen stays. */
export function LostBanner() {
  const t = useTexts(shell);
  const { state } = useStore(connection);
  return (
    <div role="status" className="no-print">
      {state === 'lost' && (
        <p className={styles.banner}>
          <IconPlugConnectedX size={20} stroke={1.75} aria-hidden />
          {t.lostLong}
        </p>
      )}
    </div>
  );
}
