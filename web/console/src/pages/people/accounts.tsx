import { count } from '@kumkm/shared/formats/numbers.ts';
import { useLanguage, useTexts } from '@kumkm/shared/texts/language.ts';
import { Button, UnstyledButton } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconUserPlus } from '@tabler/icons-react';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { useMe } from '../../data/me.ts';
import { ChoiceFilter } from '../../parts/choice-filter.tsx';
import { Empty } from '../../parts/empty.tsx';
import { Fault } from '../../parts/fault.tsx';
import { Waiting } from '../../parts/loading.tsx';
import { SearchField } from '../../parts/search-field.tsx';
import { type Column, DataTable } from '../../parts/table/table.tsx';
import { people } from '../../texts/people.ts';
import { wordOf } from '../../texts/word-of.ts';
import { AccountDrawer } from './account-drawer.tsx';
import { More } from './more.tsx';
import { NewAccountDialog } from './new-account.tsx';
import styles from './people.module.css';
import { type Account, accountsQuery, usePages } from './queries.ts';
import { ROLES, type Role } from './route.ts';
import { State } from './state.tsx';
import { StateFilter } from './state-filter.tsx';

/** Milliseconds after the last key before the server is asked. */
const TYPING = 250;

/** The accounts of the territory. */
export function Accounts() {
  const t = useTexts(people);
  const language = useLanguage();
  const me = useMe();
  const navigate = useNavigate({ from: '/orang' });
  const { role, state } = useSearch({ from: '/orang' });
  const [words, setWords] = useState('');
  const [asked] = useDebouncedValue(words.trim(), TYPING);
  const list = usePages(accountsQuery({ words: asked === '' ? undefined : asked, role, state }));
  const [opened, setOpened] = useState<string | undefined>(undefined);
  const [making, setMaking] = useState(false);
  const chosen = list.rows.find((each) => each.id === opened);
  const columns = useMemo(() => columnsOf(t, setOpened), [t]);

  function choose(next: Role | undefined) {
    void navigate({
      to: '/orang',
      search: ({ role: _role, ...rest }) => ({ ...rest, ...(next === undefined ? {} : { role: next }) }),
      replace: true,
    });
  }

  return (
    <>
      <div className={styles.bar}>
        <SearchField label={t.search} words={words} onWords={setWords} />
        <ChoiceFilter
          label={t.role}
          all={t.allRoles}
          of={ROLES}
          names={t.roles}
          value={role}
          onChange={choose}
        />
        <StateFilter all={t.allStates} words={[t.open, t.closed]} />
        {me?.role !== 'coordinator' && (
          <Button leftSection={<IconUserPlus aria-hidden size={18} />} onClick={() => setMaking(true)}>
            {t.newAccount}
          </Button>
        )}
      </div>
      {list.fault !== null && <Fault fault={list.fault} again={list.again} />}
      {list.pending && list.fault === null ? (
        <Waiting rows={8} />
      ) : (
        <>
          <p className={styles.count} role="status">
            {t.listed(count(list.rows.length, language))}
            {list.coming && ` · ${t.stillLoading}`}
          </p>
          {list.rows.length === 0 && !list.coming ? (
            <Empty title={t.noAccounts} />
          ) : (
            <DataTable
              caption={t.tabs.accounts}
              columns={columns}
              rows={list.rows}
              rowKey={(row) => row.id}
              selected={opened}
            />
          )}
          <More more={list.more} />
        </>
      )}
      {chosen !== undefined && <AccountDrawer account={chosen} onClose={() => setOpened(undefined)} />}
      {making && <NewAccountDialog onClose={() => setMaking(false)} />}
    </>
  );
}

type Words = (typeof people)['id'];

function columnsOf(t: Words, open: (id: string) => void): readonly Column<Account>[] {
  return [
    {
      key: 'name',
      label: t.name,
      card: 'heading',
      by: (row) => row.name,
      cell: (row) => (
        <UnstyledButton className={styles.open} onClick={() => open(row.id)}>
          {row.name}
        </UnstyledButton>
      ),
    },
    { key: 'username', label: t.username, by: (row) => row.username },
    { key: 'role', label: t.role, by: (row) => row.role, cell: (row) => wordOf(t.roles, row.role) },
    {
      key: 'region',
      label: t.region,
      by: (row) => row.region_code ?? '',
      cell: (row) => row.region_code ?? 'ID',
    },
    {
      key: 'state',
      label: t.state,
      by: (row) => row.deactivated_at ?? '',
      cell: (row) => <State on={row.deactivated_at === null} words={[t.open, t.closed]} />,
    },
  ];
}
