import { dayOf, longMoment } from '@kumkm/shared/formats/dates.ts';
import { useLanguage, useTexts } from '@kumkm/shared/texts/language.ts';
import { Button, Checkbox } from '@mantine/core';
import { IconKey, IconPlus } from '@tabler/icons-react';
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { Empty } from '../../parts/empty.tsx';
import { Fault } from '../../parts/fault.tsx';
import { LoadMore } from '../../parts/load-more.tsx';
import { Waiting } from '../../parts/loading.tsx';
import { Page } from '../../parts/page.tsx';
import { Sure } from '../../parts/sure.tsx';
import { timesIn } from '../../parts/table/figures.ts';
import { type Column, DataTable } from '../../parts/table/table.tsx';
import { keys } from '../../texts/keys.ts';
import { shell } from '../../texts/shell.ts';
import { wordOf } from '../../texts/word-of.ts';
import { State } from '../people/state.tsx';
import styles from './keys.module.css';
import { NewKeyDialog } from './new-key.tsx';
import { KEYS, type Key, keysQuery, revokeKey } from './queries.ts';

/** The read-only keys of the territory: whose, for what, until when; one made, or revoked. */
export function KeysPage() {
  const t = useTexts(keys);
  const s = useTexts(shell);
  const client = useQueryClient();
  const [ended, setEnded] = useState(false);
  const [making, setMaking] = useState(false);
  const [chosen, setChosen] = useState<Key>();
  const list = useInfiniteQuery(keysQuery(ended));
  const rows = useMemo(() => list.data?.pages.flatMap((page) => page.items) ?? [], [list.data]);
  const columns = useColumns(setChosen);
  const again = () => client.invalidateQueries({ queryKey: KEYS });
  return (
    <Page
      title={s.pages.keys}
      about={t.about}
      actions={
        <Button leftSection={<IconPlus size={18} aria-hidden />} onClick={() => setMaking(true)}>
          {t.make}
        </Button>
      }
    >
      <div className={styles.above}>
        <Checkbox
          label={t.ended}
          checked={ended}
          onChange={(event) => setEnded(event.currentTarget.checked)}
        />
      </div>
      {list.isError && <Fault fault={list.error} again={() => void list.refetch()} />}
      {list.isPending && <Waiting rows={4} />}
      {list.isSuccess && rows.length === 0 && (
        <Empty title={t.none} about={t.noneAbout} icon={<IconKey size={32} stroke={1.5} aria-hidden />} />
      )}
      {rows.length > 0 && (
        <DataTable caption={s.pages.keys} columns={columns} rows={rows} rowKey={(row) => row.id} />
      )}
      <LoadMore list={list} />
      {making && <NewKeyDialog onMade={again} onClose={() => setMaking(false)} />}
      {chosen !== undefined && (
        <Sure
          title={t.revoke}
          words={t.revokeSure(chosen.name)}
          doIt={t.revoke}
          danger
          act={async () => {
            await revokeKey(chosen.id);
            await again();
          }}
          onClose={() => setChosen(undefined)}
        />
      )}
    </Page>
  );
}

const isGood = (key: Key) => key.revoked_at === null && Date.parse(key.expires_at) > Date.now();

function useColumns(revoke: (key: Key) => void): readonly Column<Key>[] {
  const t = useTexts(keys);
  const language = useLanguage();
  return useMemo(
    () => [
      {
        key: 'name',
        label: t.name,
        card: 'heading',
        by: (row) => row.name,
      },
      {
        key: 'scopes',
        label: t.scopes,
        cell: (row) => row.scopes.map((scope) => wordOf(t.scopeNames, scope)).join(', '),
      },
      {
        key: 'region',
        label: t.region,
        by: (row) => row.region_code,
        cell: (row) => row.region_code ?? t.nation,
      },
      {
        key: 'maker',
        label: t.maker,
        wide: true,
        by: (row) => row.account_name,
      },
      timesIn<Key>(language)('until', t.until, (row) => row.expires_at, dayOf),
      {
        key: 'used',
        label: t.used,
        by: (row) => row.used_at ?? '',
        cell: (row) => <Used row={row} />,
      },
      {
        key: 'state',
        label: t.state,
        by: (row) => Number(isGood(row)),
        cell: (row) => <State on={isGood(row)} words={[t.good, t.over]} />,
      },
      {
        key: 'act',
        label: t.action,
        end: true,
        cell: (row) =>
          isGood(row) && (
            <Button
              variant="subtle"
              size="compact-md"
              color="red"
              aria-label={t.revokeOf(row.name)}
              onClick={() => revoke(row)}
            >
              {t.revoke}
            </Button>
          ),
      },
    ],
    [t, language, revoke],
  );
}

function Used({ row }: { readonly row: Key }) {
  const t = useTexts(keys);
  const language = useLanguage();
  if (row.used_at === null) return t.never;
  return (
    <div>
      {longMoment(row.used_at, language)}
      {row.used_from !== null && <span className={styles.quiet}>{t.from(row.used_from)}</span>}
    </div>
  );
}
