import { useTexts } from '@kumkm/shared/texts/language.ts';
import { type ReactNode, useEffect } from 'react';
import { shell } from '../texts/shell.ts';
import styles from './page.module.css';

interface Told {
  /** What the page is called: its heading and the browser's title. Never a person's name or number. */
  readonly title: string;
  /** The heading where it says more than the browser's title may: the name of a business. */
  readonly heading?: string | undefined;
  /** What stands below the heading, in a sentence. */
  readonly about?: ReactNode;
  /** Buttons to the right of the heading. */
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

/** The frame of every page: its title, its heading, what can be done, then its content. */
export function Page({ title, heading = title, about, actions, children }: Told) {
  const t = useTexts(shell);
  useEffect(() => {
    document.title = t.titleOf(title);
  }, [t, title]);
  return (
    <article className={styles.page}>
      <header className={styles.head}>
        <div>
          <h1 className={styles.title}>{heading}</h1>
          {about !== undefined && <p className={styles.about}>{about}</p>}
        </div>
        {actions !== undefined && <div className={`${styles.actions} no-print`}>{actions}</div>}
      </header>
      {children}
    </article>
  );
}
