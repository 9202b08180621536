import { longMoment } from '@kumkm/shared/formats/dates.ts';
import { count } from '@kumkm/shared/formats/numbers.ts';
import { useLanguage, useTexts } from '@kumkm/shared/texts/language.ts';
import { Button } from '@mantine/core';
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import { Fault } from '../../parts/fault.tsx';
import { LoadMore } from '../../parts/load-more.tsx';
import { Waiting } from '../../parts/loading.tsx';
import { type Column, DataTable } from '../../parts/table/table.tsx';
import { webhooks } from '../../texts/webhooks.ts';
import { wordOf } from '../../texts/word-of.ts';
import { type Delivery, deliveriesQuery, sendAgain, type Webhook } from './queries.ts';
import styles from './webhooks.module.css';

/** The last deliveries of a webhook, without what they said; a dead letter is sent again from here. */
export function Deliveries({ webhook }: { readonly webhook: Webhook }) {
  const t = useTexts(webhooks);
  const language = useLanguage();
  const client = useQueryClient();
  const list = useInfiniteQuery(deliveriesQuery(webhook.id));
  const rows = useMemo(() => list.data?.pages.flatMap((page) => page.items) ?? [], [list.data]);
  const sending = useMutation({
    mutationFn: (sequence: number) => sendAgain(webhook.id, sequence),
    onSuccess: () => client.invalidateQueries({ queryKey: ['webhooks'] }),
  });
  const columns: readonly Column<Delivery>[] = [
    {
      key: 'sequence',
      label: t.number,
      card: 'heading',
      cell: (row) => <span title={row.id}>{count(row.sequence, language)}</span>,
    },
    { key: 'state', label: t.state, cell: (row) => wordOf(t.deliveryStates, row.state) },
    { key: 'changes', label: t.changes, end: true, cell: (row) => count(row.changes, language) },
    { key: 'attempts', label: t.attempts, end: true, cell: (row) => count(row.attempts, language) },
    {
      key: 'answer',
      label: t.answer,
      cell: (row) => row.status ?? (row.fault === null ? '–' : wordOf(t.faults, row.fault)),
    },
    {
      key: 'duration',
      label: t.duration,
      end: true,
      cell: (row) => (row.duration_ms === null ? '–' : count(row.duration_ms, language)),
    },
    {
      key: 'when',
      label: t.when,
      cell: (row) => (row.attempted_at === null ? '–' : longMoment(row.attempted_at, language)),
    },
    {
      key: 'act',
      label: t.action,
      end: true,
      cell: (row) =>
        row.state === 'dead' ? (
          <Button variant="subtle" size="compact-md" onClick={() => sending.mutate(row.sequence)}>
            {t.again}
          </Button>
        ) : null,
    },
  ];
  return (
    <div className={styles.deliveries}>
      {list.isError && list.data === undefined && (
        <Fault fault={list.error} again={() => void list.refetch()} />
      )}
      {sending.isError && <Fault fault={sending.error} />}
      {list.isPending && <Waiting rows={3} height={48} />}
      {list.isSuccess && rows.length === 0 && <p className={styles.quiet}>{t.noDeliveries}</p>}
      {rows.length > 0 && (
        <DataTable
          caption={t.deliveries}
          columns={columns}
          rows={rows}
          rowKey={(row) => String(row.sequence)}
        />
      )}
      <LoadMore list={list} />
    </div>
  );
}
