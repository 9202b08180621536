import { count } from '@kumkm/shared/formats/numbers.ts';
import { useLanguage, useTexts } from '@kumkm/shared/texts/language.ts';
import { Button, Group } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Dialog } from '../../parts/dialog.tsx';
import { Fault } from '../../parts/fault.tsx';
import { Waiting as Skeletons } from '../../parts/loading.tsx';
import { review } from '../../texts/review.ts';
import { outbox } from './desk.ts';
import { type Asked, type Waiting, withoutWarnings } from './queries.ts';

interface Told {
  readonly asked: Asked;
  readonly onClose: () => void;
  readonly onVerify: (records: readonly Waiting[]) => void;
}

/** Verifies what has no warnings at a stroke, after it said how many that are, and whose. */
export function BulkDialog({ asked, onClose, onVerify }: Told) {
  const t = useTexts(review);
  const language = useLanguage();
  const found = useQuery({
    queryKey: ['reviews-without-warnings', asked],
    queryFn: () => withoutWarnings(asked),
    gcTime: 0,
    refetchOnWindowFocus: false,
  });
  const records = found.data?.filter((item) => outbox.isSettled(item.record_id)) ?? [];
  const n = count(records.length, language);
  const people = [...new Set(records.map((item) => item.enumerator))];
  return (
    <Dialog opened onClose={onClose} title={t.bulkTitle}>
      {found.isPending && <Skeletons rows={2} />}
      {found.isError && <Fault fault={found.error} again={() => void found.refetch()} />}
      {found.isSuccess && records.length === 0 && <p>{t.bulkNone}</p>}
      {records.length > 0 && (
        <>
          <p>
            <strong>{t.bulkAbout(n)}</strong>
          </p>
          <p>{t.bulkOf}</p>
          <p>
            {t.bulkFrom} {people.join(', ')}.
          </p>
        </>
      )}
      <Group justify="flex-end" mt="lg">
        <Button variant="default" size="md" onClick={onClose} data-autofocus>
          {t.cancel}
        </Button>
        {records.length > 0 && (
          <Button size="md" onClick={() => onVerify(records)}>
            {t.bulkConfirm(n)}
          </Button>
        )}
      </Group>
    </Dialog>
  );
}
