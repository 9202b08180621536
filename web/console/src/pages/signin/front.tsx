import { speak, useLanguage, useTexts } from '@kumkm/shared/texts/language.ts';
import { SegmentedControl } from '@mantine/core';
import { type ReactNode, useEffect } from 'react';
import { LostBanner } from '../../shell/lost-banner.tsx';
import { Mark } from '../../shell/mark.tsx';
import { shell } from '../../texts/shell.ts';
import styles from './signin.module.css';

interface Told {
  readonly title: string;
  readonly about: string;
  readonly children: ReactNode;
}

/** A page before anybody is signed in. */
export function Front({ title, about, children }: Told) {
  const s = useTexts(shell);
  const language = useLanguage();
  useEffect(() => {
    document.title = s.titleOf(title);
  }, [s, title]);
  return (
    <div className={styles.front}>
      <LostBanner />
      <main className={styles.card}>
        <Mark size={48} />
        <h1 className={styles.title}>{title}</h1>
        <p className={styles.about}>{about}</p>
        {children}
      </main>
      <footer className={styles.foot}>
        <span>{s.tagline}</span>
        <SegmentedControl
          size="sm"
          aria-label={s.language}
          value={language}
          onChange={(value) => speak(value === 'en' ? 'en' : 'id')}
          data={[
            { value: 'id', label: 'Indonesia' },
            { value: 'en', label: 'English' },
          ]}
        />
      </footer>
    </div>
  );
}
