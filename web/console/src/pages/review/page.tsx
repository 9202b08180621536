import { count } from '@kumkm/shared/formats/numbers.ts';
import { useLanguage, useTexts } from '@kumkm/shared/texts/language.ts';
import { Button } from '@mantine/core';
import {
  IconArrowLeft,
  IconChecks,
  IconChevronLeft,
  IconChevronRight,
  IconKeyboard,
} from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useCallback, useEffect, useState } from 'react';
import { queuesQuery } from '../../data/queues.ts';
import { useKeys } from '../../parts/keys.ts';
import { Page } from '../../parts/page.tsx';
import sides from '../../parts/sides.module.css';
import { review } from '../../texts/review.ts';
import { shell } from '../../texts/shell.ts';
import { Bar } from './bar.tsx';
import { BulkDialog } from './bulk-dialog.tsx';
import { Filters } from './filters.tsx';
import { Help } from './help.tsx';
import { type Command, KEYS } from './keys.ts';
import { List } from './list.tsx';
import { Notices } from './notices.tsx';
import { RecordCard } from './record.tsx';
import { ReturnDialog } from './return-dialog.tsx';
import styles from './review.module.css';
import { useDeciding } from './use-deciding.ts';
import { useQueue } from './use-queue.ts';

type Window = 'help' | 'return' | 'bulk';

/** The queue of records for review at the left, the record at the right; on a phone one after the other. */
export function ReviewPage() {
  const t = useTexts(review);
  const s = useTexts(shell);
  const language = useLanguage();
  const queues = useQuery(queuesQuery).data;
  const desk = useQueue();
  const deciding = useDeciding(desk);
  const [window_, setWindow] = useState<Window>();
  const [photo, setPhoto] = useState<number>();
  const { recordId, step } = desk;
  const { canReturn, isThere, verify, undo } = deciding;

  const act = useCallback(
    (asked: Command) => {
      if ((asked === 'verify' || asked === 'return') && !isThere()) return true;
      if (asked === 'verify') verify();
      if (asked === 'return' && canReturn) setWindow('return');
      if (asked === 'next') step(1);
      if (asked === 'previous') step(-1);
      if (asked === 'undo') undo();
      if (asked === 'help') setWindow('help');
      if (asked === 'photo') setPhoto(0);
      return true;
    },
    [verify, canReturn, isThere, step, undo],
  );
  useKeys(KEYS, act);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a photo belongs to its record
  useEffect(() => setPhoto(undefined), [recordId]);

  const waiting = queues?.unreviewed;
  const counted = waiting === queues?.counted_to ? ` ${t.more}` : '';
  return (
    <Page
      title={s.pages.review}
      about={
        waiting === undefined
          ? undefined
          : waiting === 0
            ? t.aboutNone
            : t.about(`${count(waiting, language)}${counted}`)
      }
      actions={
        <>
          <Button
            variant="default"
            leftSection={<IconChecks size={18} stroke={1.75} aria-hidden />}
            onClick={() => setWindow('bulk')}
          >
            {t.bulk}
          </Button>
          <Button
            variant="default"
            visibleFrom="sm"
            leftSection={<IconKeyboard size={18} stroke={1.75} aria-hidden />}
            onClick={() => setWindow('help')}
          >
            {t.help}
          </Button>
        </>
      }
    >
      <Notices onOpen={desk.open} />
      {(desk.isWide || recordId === undefined) && <Filters desk={desk} />}
      <div className={sides.desk} data-open={recordId !== undefined || undefined}>
        <List desk={desk} />
        <section className={sides.right} aria-label={t.record} data-record>
          {recordId !== undefined && (
            <>
              <div className={styles.back}>
                <Button
                  variant="default"
                  size="md"
                  leftSection={<IconArrowLeft size={18} aria-hidden />}
                  onClick={() => desk.open(undefined)}
                >
                  {t.backToQueue}
                </Button>
                <Turn desk={desk} />
              </div>
              <RecordCard
                key={recordId}
                recordId={recordId}
                row={deciding.row}
                photo={photo}
                onPhoto={setPhoto}
                bar={
                  <Bar
                    state={deciding.state}
                    sent={deciding.sent}
                    isReady={deciding.canReturn}
                    canVerify={deciding.canVerify}
                    onVerify={verify}
                    onReturn={() => setWindow('return')}
                    onUndo={undo}
                  />
                }
              />
            </>
          )}
        </section>
      </div>
      <p role="status" className={styles.quiet}>
        {deciding.told}
      </p>
      <Help opened={window_ === 'help'} onClose={() => setWindow(undefined)} />
      {window_ === 'return' && recordId !== undefined && (
        <ReturnDialog
          recordId={recordId}
          name={deciding.name}
          onClose={() => setWindow(undefined)}
          onReturn={(reason) => {
            setWindow(undefined);
            deciding.sendBack(reason);
          }}
        />
      )}
      {window_ === 'bulk' && (
        <BulkDialog
          asked={desk.asked}
          onClose={() => setWindow(undefined)}
          onVerify={(records) => {
            setWindow(undefined);
            deciding.verifyAll(records);
          }}
        />
      )}
    </Page>
  );
}

/** To the record before and after, for thumbs. */
function Turn({ desk }: { readonly desk: ReturnType<typeof useQueue> }) {
  const t = useTexts(review);
  return (
    <Button.Group>
      <Button
        variant="default"
        size="md"
        aria-label={t.previous}
        disabled={desk.place <= 0}
        onClick={() => desk.step(-1)}
      >
        <IconChevronLeft size={20} aria-hidden />
      </Button>
      <Button
        variant="default"
        size="md"
        aria-label={t.next}
        disabled={desk.place < 0 || desk.place >= desk.items.length - 1}
        onClick={() => desk.step(1)}
      >
        <IconChevronRight size={20} aria-hidden />
      </Button>
    </Button.Group>
  );
}
