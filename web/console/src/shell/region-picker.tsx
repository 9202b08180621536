import { useTexts } from '@kumkm/shared/texts/language.ts';
import { Modal, TextInput, UnstyledButton } from '@mantine/core';
import { useDebouncedValue, useMediaQuery } from '@mantine/hooks';
import { IconArrowUp, IconChevronRight, IconSearch } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { levelOf, liesIn, parentOf } from '../data/codes.ts';
import { NATION, useMe } from '../data/me.ts';
import { childrenQuery, regionQuery } from '../data/progress.ts';
import { searchQuery } from '../data/regions.ts';
import { Fault } from '../parts/fault.tsx';
import { Waiting } from '../parts/loading.tsx';
import { viewTexts } from '../texts/view.ts';
import { useView } from '../view.ts';
import styles from './region-picker.module.css';

const PHONE = '(max-width: 767px)';
const LEAST = 2; // letters
const TYPING = 250; // milliseconds

interface Told {
  /** Where the choice begins. */
  readonly code: string;
  readonly close: () => void;
}

/** One region after another down to the village, or by its name. */
export default function RegionPicker({ code, close }: Told) {
  const t = useTexts(viewTexts);
  const navigate = useNavigate();
  const phone = useMediaQuery(PHONE);
  const [at, setAt] = useState(code);
  const [typed, setTyped] = useState('');
  const [words] = useDebouncedValue(typed.trim(), TYPING);
  function choose(region: string) {
    close();
    void navigate({ to: '.', search: (all) => ({ ...all, region }) });
  }
  return (
    <Modal opened onClose={close} title={t.chooseRegion} size={520} fullScreen={phone === true}>
      <TextInput
        data-autofocus
        size="md"
        aria-label={t.search}
        placeholder={t.search}
        description={t.searchHint}
        inputWrapperOrder={['input', 'description']}
        leftSection={<IconSearch size={18} aria-hidden />}
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
      />
      {words.length >= LEAST ? (
        <Found words={words} choose={choose} />
      ) : (
        <Below code={at} go={setAt} choose={choose} />
      )}
    </Modal>
  );
}

interface BelowTold {
  readonly code: string;
  readonly go: (code: string) => void;
  readonly choose: (code: string) => void;
}

function Below({ code, go, choose }: BelowTold) {
  const t = useTexts(viewTexts);
  const view = useView();
  const me = useMe();
  const above = parentOf(code);
  const isLowest = levelOf(code) === 'neighbourhood';
  const own = useQuery({ ...regionQuery(code, view), refetchInterval: false });
  const children = useQuery({ ...childrenQuery(code, view), refetchInterval: false, enabled: !isLowest });
  return (
    <div className={styles.list}>
      {above !== undefined && liesIn(above, me?.region_code ?? NATION) && (
        <UnstyledButton className={styles.row} onClick={() => go(above)}>
          <IconArrowUp size={18} aria-hidden />
          {t.up}
        </UnstyledButton>
      )}
      {own.isError && <Fault fault={own.error} again={() => void own.refetch()} />}
      {own.data !== undefined && (
        <UnstyledButton className={styles.whole} onClick={() => choose(code)}>
          {t.whole(own.data.item.region.name)}
        </UnstyledButton>
      )}
      {!isLowest && children.isPending && <Waiting rows={6} height={40} />}
      {children.data?.items.map(({ region }) => (
        <div key={region.code} className={styles.pair}>
          <UnstyledButton className={styles.row} onClick={() => choose(region.code)}>
            {region.name}
          </UnstyledButton>
          {region.level !== 'village' && region.level !== 'neighbourhood' && (
            <UnstyledButton
              className={styles.into}
              aria-label={`${region.name} …`}
              onClick={() => go(region.code)}
            >
              <IconChevronRight size={18} aria-hidden />
            </UnstyledButton>
          )}
        </div>
      ))}
    </div>
  );
}

function Found({ words, choose }: { readonly words: string; readonly choose: (code: string) => void }) {
  const t = useTexts(viewTexts);
  const found = useQuery(searchQuery(words));
  if (found.isError) return <Fault fault={found.error} again={() => void found.refetch()} />;
  if (found.data === undefined) return <Waiting rows={6} height={40} />;
  return (
    <div className={styles.list} role="status">
      {found.data.items.map((region) => (
        <UnstyledButton key={region.code} className={styles.row} onClick={() => choose(region.code)}>
          <span>
            {region.name}
            <small>{region.within.map((each) => each.name).join(', ')}</small>
          </span>
        </UnstyledButton>
      ))}
      {found.data.items.length === 0 && <p className={styles.none}>{t.none}</p>}
      {found.data.more && <p className={styles.none}>{t.more}</p>}
    </div>
  );
}
