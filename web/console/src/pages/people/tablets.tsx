import { api, got } from '@kumkm/shared/api/client.ts';
import { longMoment } from '@kumkm/shared/formats/dates.ts';
import { count } from '@kumkm/shared/formats/numbers.ts';
import { useLanguage, useTexts } from '@kumkm/shared/texts/language.ts';
import { Button } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { useDeferredValue, useMemo, useState } from 'react';
import { useMe } from '../../data/me.ts';
import { SearchField } from '../../parts/search-field.tsx';
import { Sure } from '../../parts/sure.tsx';
import { type Column, DataTable } from '../../parts/table/table.tsx';
import { people } from '../../texts/people.ts';
import { Listing } from './listing.tsx';
import { matching } from './matching.ts';
import styles from './people.module.css';
import { type Device, devicesQuery, usePages } from './queries.ts';
import { State } from './state.tsx';
import { StateFilter } from './state-filter.tsx';

/** The tablets of a team or territory: when they were last heard of, and what they have not sent. */
export function Tablets() {
  const t = useTexts(people);
  const language = useLanguage();
  const me = useMe();
  const client = useQueryClient();
  const { state } = useSearch({ from: '/orang' });
  const list = usePages(devicesQuery(state));
  const [words, setWords] = useState('');
  const asked = useDeferredValue(words);
  const shown = useMemo(() => {
    const fits = matching(asked);
    return list.rows.filter((row) =>
      fits({ name: `${row.account_name} ${row.name ?? ''}`, username: row.username }),
    );
  }, [list.rows, asked]);
  const [chosen, setChosen] = useState<Device | undefined>(undefined);
  const mayRevoke = me?.role === 'officer' || me?.role === 'admin';
  const columns = useMemo((): readonly Column<Device>[] => {
    return [
      {
        key: 'owner',
        label: t.owner,
        card: 'heading',
        by: (row) => row.account_name,
        cell: (row) => (
          <span>
            {row.account_name} <span className={styles.quiet}>{row.username}</span>
          </span>
        ),
      },
      { key: 'tablet', label: t.tablet, by: (row) => row.name, cell: (row) => row.name ?? t.unnamed },
      {
        key: 'seen',
        label: t.lastSeen,
        by: (row) => row.last_seen_at,
        cell: (row) => (row.last_seen_at === null ? t.never : longMoment(row.last_seen_at, language)),
      },
      {
        key: 'version',
        label: t.version,
        by: (row) => row.app_version,
        cell: (row) => row.app_version ?? '–',
      },
      {
        key: 'unsent',
        label: t.unsent,
        end: true,
        by: (row) => row.unsent,
        cell: (row) => count(row.unsent, language),
      },
      {
        key: 'state',
        label: t.state,
        by: (row) => row.revoked_at ?? '',
        cell: (row) => <State on={row.revoked_at === null} words={[t.active, t.revoked]} />,
      },
      ...(mayRevoke
        ? [
            {
              key: 'act',
              label: t.action,
              end: true,
              cell: (row: Device) => (
                <Button
                  variant="subtle"
                  size="compact-md"
                  {...(row.revoked_at === null ? { color: 'red' } : {})}
                  onClick={() => setChosen(row)}
                >
                  {row.revoked_at === null ? t.revoke : t.restore}
                </Button>
              ),
            },
          ]
        : []),
    ];
  }, [t, language, mayRevoke]);

  const revoking = chosen?.revoked_at === null;
  async function act(device: Device, reason: string) {
    const path = { params: { path: { device_id: device.id } } };
    if (device.revoked_at === null) {
      await got(api.POST('/v1/devices/{device_id}/revoke', { ...path, body: { reason } }));
    } else {
      await got(api.POST('/v1/devices/{device_id}/restore', path));
    }
    await client.invalidateQueries({ queryKey: ['people', 'devices'] });
  }

  return (
    <>
      <div className={styles.bar}>
        <SearchField label={t.search} words={words} onWords={setWords} />
        <StateFilter all={t.allTablets} words={[t.active, t.revoked]} />
      </div>
      <Listing list={list} isEmpty={shown.length === 0} none={t.noTablets}>
        <DataTable caption={t.tabs.tablets} columns={columns} rows={shown} rowKey={(row) => row.id} />
      </Listing>
      {chosen !== undefined && (
        <Sure
          title={revoking ? t.revokeTitle : t.restore}
          words={(revoking ? t.revokeSure : t.restoreSure)(chosen.name ?? chosen.account_name)}
          doIt={revoking ? t.revoke : t.restore}
          danger={revoking}
          withReason={revoking}
          act={(reason) => act(chosen, reason)}
          onClose={() => setChosen(undefined)}
        />
      )}
    </>
  );
}
