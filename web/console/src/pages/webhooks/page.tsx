import { useTexts } from '@kumkm/shared/texts/language.ts';
import { Button } from '@mantine/core';
import { IconPlus, IconWebhook } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Empty } from '../../parts/empty.tsx';
import { Fault } from '../../parts/fault.tsx';
import { Waiting } from '../../parts/loading.tsx';
import { Page } from '../../parts/page.tsx';
import { webhooks } from '../../texts/webhooks.ts';
import { Card } from './card.tsx';
import { WebhookForm } from './form.tsx';
import { webhooksQuery } from './queries.ts';
import styles from './webhooks.module.css';

/** Webhooks of the systems within reach: how each stands, and what somebody has to decide. */
export function WebhooksPage() {
  const t = useTexts(webhooks);
  const list = useQuery(webhooksQuery);
  const [isNew, setNew] = useState(false);
  const add = (
    <Button size="md" leftSection={<IconPlus size={18} aria-hidden />} onClick={() => setNew(true)}>
      {t.add}
    </Button>
  );
  return (
    <Page title={t.title} about={t.about} actions={add}>
      {list.isError && list.data === undefined && (
        <Fault fault={list.error} again={() => void list.refetch()} />
      )}
      {list.isPending && <Waiting rows={3} height={160} />}
      {list.data?.length === 0 && (
        <Empty title={t.none} about={t.noneAbout} icon={<IconWebhook size={32} stroke={1.5} aria-hidden />} />
      )}
      {list.data !== undefined && list.data.length > 0 && (
        <ul className={styles.list} aria-label={t.list}>
          {list.data.map((each) => (
            <Card key={each.id} webhook={each} />
          ))}
        </ul>
      )}
      {isNew && <WebhookForm onClose={() => setNew(false)} />}
    </Page>
  );
}
