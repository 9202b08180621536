import type { ReactNode } from 'react';
import styles from './empty.module.css';

interface Props {
  readonly title: string;
  readonly about?: string;
  readonly icon?: ReactNode;
  readonly children?: ReactNode;
}

/** What stands where there is nothing to show: that there is nothing, and what to do about it. */
export function Empty({ title, about, icon, children }: Props) {
  return (
    <section className={styles.empty}>
      {icon}
      <h2>{title}</h2>
      {about !== undefined && <p>{about}</p>}
      {children}
    </section>
  );
}
