import { useTexts } from '@kumkm/shared/texts/language.ts';
import { Select, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { useState } from 'react';
import { review } from '../../texts/review.ts';
import styles from './review.module.css';
import type { Queue } from './use-queue.ts';

const TYPING_MS = 400;

/** What the queue is narrowed by; all of it stands in the address. */
export function Filters({ desk }: { readonly desk: Queue }) {
  const t = useTexts(review);
  const { search, change } = desk;
  const [enumerator, setEnumerator] = useState(search.enumerator ?? '');
  const look = useDebouncedCallback(
    (name: string) => change({ enumerator: name.trim() || undefined, record: undefined }),
    TYPING_MS,
  );
  const narrow = (name: 'order' | 'state' | 'warnings' | 'kind', byDefault: string) => ({
    allowDeselect: false,
    value: search[name] ?? byDefault,
    onChange: (value: string | null) =>
      change({ [name]: value === byDefault || value === null ? undefined : value, record: undefined }),
  });
  return (
    <search className={styles.filters} aria-label={t.filters}>
      <Select
        label={t.order}
        data={[
          { value: 'warnings', label: t.orderWarnings },
          { value: 'oldest', label: t.orderOldest },
        ]}
        {...narrow('order', 'warnings')}
      />
      <Select
        label={t.state}
        data={Object.entries(t.states).map(([value, label]) => ({ value, label }))}
        {...narrow('state', 'unreviewed')}
      />
      <Select
        label={t.warnings}
        data={[
          { value: 'all', label: t.warningsAll },
          { value: 'yes', label: t.warningsYes },
          { value: 'no', label: t.warningsNo },
        ]}
        {...narrow('warnings', 'all')}
      />
      <TextInput
        label={t.enumerator}
        placeholder={t.enumeratorHint}
        value={enumerator}
        autoCapitalize="none"
        spellCheck={false}
        onChange={(event) => {
          setEnumerator(event.currentTarget.value);
          look(event.currentTarget.value);
        }}
      />
    </search>
  );
}
