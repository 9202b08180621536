import { useTexts } from '@kumkm/shared/texts/language.ts';
import { Modal } from '@mantine/core';
import { Fragment } from 'react';
import { review } from '../../texts/review.ts';
import styles from './review.module.css';

/** The keys. */
export function Help({ opened, onClose }: { readonly opened: boolean; readonly onClose: () => void }) {
  const t = useTexts(review);
  return (
    <Modal opened={opened} onClose={onClose} title={t.help} closeButtonProps={{ 'aria-label': t.close }}>
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
    </Modal>
  );
}
