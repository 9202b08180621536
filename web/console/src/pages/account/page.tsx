import { useTexts } from '@kumkm/shared/texts/language.ts';
import { useMe } from '../../data/me.ts';
import { Page } from '../../parts/page.tsx';
import { account } from '../../texts/account.ts';
import { roles } from '../../texts/roles.ts';
import { wordOf } from '../../texts/word-of.ts';
import styles from './account.module.css';
import { Passkeys } from './passkeys.tsx';
import { Password } from './password.tsx';
import { Sessions } from './sessions.tsx';

/** One's own account: how one signs in, and where one is signed in. */
export function AccountPage() {
  const t = useTexts(account);
  const r = useTexts(roles);
  const me = useMe();
  if (me === undefined) return null;
  return (
    <Page title={t.title} about={[me.name, me.username, wordOf(r, me.role)].join(' · ')}>
      <div className={styles.columns}>
        <div className={styles.column}>
          <Passkeys />
          <Password me={me} />
        </div>
        <Sessions />
      </div>
    </Page>
  );
}
