import { type ReactNode, useId } from 'react';
import styles from './section.module.css';

interface Told {
  readonly title: string;
  /** What is said below the heading, a paragraph each. */
  readonly about?: readonly string[];
  /** The ways out of what it shows, below the heading. */
  readonly ways?: ReactNode;
  /** What stands to the right of the heading. */
  readonly aside?: ReactNode;
  readonly children?: ReactNode;
}

/** A part of a page under a heading of its own. */
export function Section({ title, about = [], ways, aside, children }: Told) {
  const heading = useId();
  return (
    <section className={styles.section} aria-labelledby={heading}>
      <header className={styles.head}>
        <div>
          <h2 id={heading} className={styles.title}>
            {title}
          </h2>
          {about.map((each) => (
            <p key={each} className={styles.quiet}>
              {each}
            </p>
          ))}
          {ways !== undefined && <p className={styles.ways}>{ways}</p>}
        </div>
        {aside}
      </header>
      {children}
    </section>
  );
}
