import { useTexts } from '@kumkm/shared/texts/language.ts';
import { Button, Tabs } from '@mantine/core';
import { IconNumber } from '@tabler/icons-react';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import { Waiting } from '../../parts/loading.tsx';
import { Page } from '../../parts/page.tsx';
import { register } from '../../texts/register.ts';
import { List } from './list.tsx';
import { LookupDialog } from './lookup-dialog.tsx';
import styles from './register.module.css';
import { TABS } from './search.ts';

const Exports = lazy(async () => ({ default: (await import('./exports.tsx')).Exports }));

/** The register: found by words and filters, taken out as files. */
export function RegisterPage() {
  const t = useTexts(register);
  const navigate = useNavigate({ from: '/register' });
  const { tab } = useSearch({ from: '/register' });
  const [looking, setLooking] = useState(false);
  return (
    <Page
      title={t.title}
      about={t.about}
      actions={
        <Button
          variant="default"
          leftSection={<IconNumber size={18} stroke={1.75} aria-hidden />}
          onClick={() => setLooking(true)}
        >
          {t.lookup}
        </Button>
      }
    >
      <Tabs
        value={tab ?? 'list'}
        keepMounted={false}
        onChange={(next) =>
          void navigate({
            search: ({ tab: _tab, ...rest }) => ({ ...rest, ...(next === 'exports' ? { tab: next } : {}) }),
          })
        }
      >
        <Tabs.List>
          {TABS.map((each) => (
            <Tabs.Tab key={each} value={each}>
              {t.tabs[each]}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value={tab ?? 'list'} className={styles.panel}>
          {tab === 'exports' ? (
            <Suspense fallback={<Waiting rows={5} />}>
              <Exports />
            </Suspense>
          ) : (
            <List onNumber={() => setLooking(true)} />
          )}
        </Tabs.Panel>
      </Tabs>
      {looking && <LookupDialog onClose={() => setLooking(false)} />}
    </Page>
  );
}
