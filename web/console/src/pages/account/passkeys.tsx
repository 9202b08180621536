import { dayOf, longMoment } from '@kumkm/shared/formats/dates.ts';
import { passkeysWork } from '@kumkm/shared/session/passkeys.ts';
import { useLanguage, useTexts } from '@kumkm/shared/texts/language.ts';
import { Button } from '@mantine/core';
import { IconFingerprint } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Fault } from '../../parts/fault.tsx';
import { Waiting } from '../../parts/loading.tsx';
import { Sure } from '../../parts/sure.tsx';
import surfaces from '../../parts/surfaces.module.css';
import { account } from '../../texts/account.ts';
import { waysQuery } from '../signin/queries.ts';
import styles from './account.module.css';
import { NewPasskey } from './new-passkey.tsx';
import { type Passkey, passkeysQuery, removePasskey } from './queries.ts';
import { RenamePasskey } from './rename-passkey.tsx';

type Asked = { readonly what: 'rename' | 'remove'; readonly passkey: Passkey } | { readonly what: 'add' };

/** One's passkeys: seen, added, named otherwise, removed. */
export function Passkeys() {
  const t = useTexts(account);
  const client = useQueryClient();
  const ways = useQuery(waysQuery);
  const list = useQuery(passkeysQuery);
  const [asked, setAsked] = useState<Asked>();
  const close = () => setAsked(undefined);
  const missing = !passkeysWork() ? t.noBrowser : ways.data?.passkeys === false ? t.notHere : undefined;
  return (
    <section className={`${surfaces.card} ${styles.card}`} aria-labelledby="passkeys">
      <h2 id="passkeys">{t.passkeys}</h2>
      <p className={styles.about}>{t.passkeysAbout}</p>
      {list.isError && list.data === undefined && (
        <Fault fault={list.error} again={() => void list.refetch()} />
      )}
      {list.isPending && <Waiting rows={1} height={56} />}
      {list.data !== undefined && list.data.length > 0 && (
        <ul className={styles.list}>
          {list.data.map((each) => (
            <Row key={each.id} passkey={each} ask={(what) => setAsked({ what, passkey: each })} />
          ))}
        </ul>
      )}
      {list.data?.length === 0 && missing === undefined && <p className={styles.none}>{t.noPasskeys}</p>}
      {missing !== undefined && <p className={styles.none}>{missing}</p>}
      {missing === undefined && ways.data !== undefined && (
        <Button
          size="md"
          variant="default"
          className={styles.add}
          leftSection={<IconFingerprint size={20} stroke={1.75} aria-hidden />}
          onClick={() => setAsked({ what: 'add' })}
        >
          {t.addPasskey}
        </Button>
      )}
      {asked?.what === 'add' && <NewPasskey onClose={close} />}
      {asked?.what === 'rename' && <RenamePasskey passkey={asked.passkey} onClose={close} />}
      {asked?.what === 'remove' && (
        <Sure
          title={t.removePasskey}
          words={t.removeSure(asked.passkey.name)}
          doIt={t.remove}
          danger
          act={async () => {
            await removePasskey(asked.passkey.id);
            await client.invalidateQueries(passkeysQuery);
          }}
          onClose={close}
        />
      )}
    </section>
  );
}

interface RowTold {
  readonly passkey: Passkey;
  readonly ask: (what: 'rename' | 'remove') => void;
}

function Row({ passkey, ask }: RowTold) {
  const t = useTexts(account);
  const language = useLanguage();
  const used = passkey.used_at === null ? t.neverUsed : t.lastUsed(longMoment(passkey.used_at, language));
  return (
    <li className={styles.row}>
      <IconFingerprint size={22} stroke={1.75} aria-hidden className={styles.icon} />
      <div className={styles.what}>
        <strong>{passkey.name}</strong>
        <span>{t.added(dayOf(passkey.created_at, language))}</span>
        <span>{used}</span>
        {passkey.backed_up && <span>{t.backedUp}</span>}
      </div>
      <div className={styles.acts}>
        <Button variant="default" onClick={() => ask('rename')} aria-label={t.renameOf(passkey.name)}>
          {t.rename}
        </Button>
        <Button variant="default" onClick={() => ask('remove')} aria-label={t.removeOf(passkey.name)}>
          {t.remove}
        </Button>
      </div>
    </li>
  );
}
