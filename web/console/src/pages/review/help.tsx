import { useTexts } from '@kumkm/shared/texts/language.ts';
import { Fragment } from 'react';
import { Dialog } from '../../parts/dialog.tsx';
import { review } from '../../texts/review.ts';
import styles from './review.module.css';

/** The keys. */
export function Help({ opened, onClose }: { readonly opened: boolean; readonly onClose: () => void }) {
  const t = useTexts(review);
  return (
    <Dialog opened={opened} onClose={onClose} title={t.help}>
      <p>{t.helpAbout}</p>
      <dl className={styles.keys}>
        {t.keys.map(([key, what]) => (
          <Fragment key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{what}</dd>
          </Fragment>
        ))}
      </dl>
      <p>{t.keysReturn}</p>
    </Dialog>
  );
}
