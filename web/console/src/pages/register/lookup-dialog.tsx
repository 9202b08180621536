import { useTexts } from '@kumkm/shared/texts/language.ts';
import { SegmentedControl, TextInput } from '@mantine/core';
import { IconCircleCheck, IconCircleDashed } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { Dialog } from '../../parts/dialog.tsx';
import { DialogEnd } from '../../parts/dialog-end.tsx';
import { Fault } from '../../parts/fault.tsx';
import { register } from '../../texts/register.ts';
import { isKnown } from './queries.ts';
import styles from './register.module.css';

const KINDS = ['nik', 'nib', 'cooperative_number'] as const;
type Kind = (typeof KINDS)[number];

/** Whether a number is known: yes or no. The number goes in the body of a request, and is kept nowhere. */
export function LookupDialog({ onClose }: { readonly onClose: () => void }) {
  const t = useTexts(register);
  const [kind, setKind] = useState<Kind>('nik');
  const [number, setNumber] = useState('');
  const looking = useMutation({
    mutationFn: () => isKnown({ [kind]: number.trim() }),
    gcTime: 0,
  });
  function submit(event: FormEvent) {
    event.preventDefault();
    if (number.trim() !== '') looking.mutate();
  }
  return (
    <Dialog title={t.lookupTitle} onClose={onClose}>
      <form onSubmit={submit} className={styles.form}>
        <p className={styles.quiet}>{t.lookupAbout}</p>
        <SegmentedControl
          aria-label={t.numberKind}
          fullWidth
          value={kind}
          data={KINDS.map((each) => ({ value: each, label: t.numberKinds[each] }))}
          onChange={(next) => {
            setKind(KINDS.find((each) => each === next) ?? 'nik');
            looking.reset();
          }}
        />
        <TextInput
          label={t.number}
          description={t.numberHints[kind]}
          value={number}
          size="md"
          autoComplete="off"
          spellCheck={false}
          data-autofocus
          maxLength={60}
          {...(kind === 'cooperative_number' ? {} : { inputMode: 'numeric' as const })}
          onChange={(event) => {
            setNumber(event.currentTarget.value);
            looking.reset();
          }}
        />
        {looking.isError && <Fault fault={looking.error} />}
        {looking.data !== undefined && (
          <p className={styles.verdict} data-known={looking.data || undefined} role="status">
            {looking.data ? (
              <IconCircleCheck size={24} aria-hidden />
            ) : (
              <IconCircleDashed size={24} aria-hidden />
            )}
            <span>
              <strong>{looking.data ? t.known : t.unknown}</strong>
              {looking.data ? t.knownAbout : t.unknownAbout}
            </span>
          </p>
        )}
        <DialogEnd
          leave={t.close}
          onLeave={onClose}
          isPending={looking.isPending}
          disabled={number.trim() === ''}
        >
          {t.check}
        </DialogEnd>
      </form>
    </Dialog>
  );
}
