import { Account } from './account.tsx';
import { Freshness } from './freshness.tsx';
import styles from './header.module.css';
import { Mark } from './mark.tsx';
import { ViewBar } from './view-bar.tsx';

/** What is looked at, how old it is, and who looks. */
export function Header() {
  return (
    <header className={`${styles.header} no-print`}>
      <span className={styles.mark}>
        <Mark size={28} />
      </span>
      <div className={styles.view}>
        <ViewBar />
      </div>
      <Freshness />
      <Account />
    </header>
  );
}
