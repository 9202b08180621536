import { useStore } from '@kumkm/shared/store.ts';
import { useTexts } from '@kumkm/shared/texts/language.ts';
import { Button, Collapse, TextInput } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { IconAdjustmentsHorizontal, IconSearch, IconX } from '@tabler/icons-react';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { ChoiceFilter } from '../../parts/choice-filter.tsx';
import { TypedFilter } from '../../parts/typed-filter.tsx';
import { confirmation } from '../../texts/confirmation.ts';
import { register } from '../../texts/register.ts';
import styles from './register.module.css';
import {
  CONFIRMATIONS,
  isKbli,
  isNumber,
  KINDS,
  type RegisterSearch,
  registerOf,
  SIZES,
  STATES,
} from './search.ts';
import { words } from './words.ts';

/** What the list is narrowed by. On a phone all but the words folds away. */
export function Filters({ onNumber }: { readonly onNumber: () => void }) {
  const t = useTexts(register);
  const c = useTexts(confirmation);
  const navigate = useNavigate({ from: '/register' });
  const search = useSearch({ from: '/register' });
  const typed = useStore(words);
  const isWide = useMediaQuery('(min-width: 768px)') ?? true;
  const [isOpen, setOpen] = useState(false);
  const [fresh, setFresh] = useState(0);
  const { kind, size, state, verification, kbli, enumerator } = search;
  const used = [kind, size, state, verification, kbli, enumerator].filter(
    (each) => each !== undefined,
  ).length;

  function narrow(next: Readonly<Record<keyof RegisterSearch, string | undefined>> | object) {
    const all = { ...search, ...next };
    void navigate({
      search: ({ kind: _k, size: _s, state: _st, verification: _v, kbli: _kb, enumerator: _e, ...rest }) => ({
        ...rest,
        ...registerOf(all),
      }),
      replace: true,
    });
  }
  function clear() {
    words.set('');
    setFresh(fresh + 1);
    narrow({
      kind: undefined,
      size: undefined,
      state: undefined,
      verification: undefined,
      kbli: undefined,
      enumerator: undefined,
    });
  }

  const choices = [
    { name: 'kind', label: t.kind, of: KINDS, names: t.kinds },
    { name: 'size', label: t.size, of: SIZES, names: t.sizes },
    { name: 'state', label: t.state, of: STATES, names: t.states },
    { name: 'verification', label: c.label, of: CONFIRMATIONS, names: c.states },
  ] as const;
  return (
    <search className={styles.filters} aria-label={t.filters}>
      <div className={styles.bar}>
        <TextInput
          className={styles.grow}
          label={t.search}
          placeholder={t.searchHint}
          leftSection={<IconSearch aria-hidden size={16} />}
          value={typed}
          type="search"
          autoComplete="off"
          maxLength={100}
          onChange={(event) => words.set(event.currentTarget.value)}
        />
        {!isWide && (
          <Button
            variant="default"
            aria-expanded={isOpen}
            leftSection={<IconAdjustmentsHorizontal size={18} aria-hidden />}
            onClick={() => setOpen(!isOpen)}
          >
            {t.moreFilters(used)}
          </Button>
        )}
      </div>
      {isNumber(typed) && (
        <p className={styles.number} role="status">
          {t.isNumber}
          <Button
            variant="light"
            size="compact-md"
            onClick={() => {
              words.set('');
              onNumber();
            }}
          >
            {t.lookup}
          </Button>
        </p>
      )}
      <Collapse expanded={isWide || isOpen}>
        <div className={styles.bar} key={fresh}>
          {choices.map(({ name, ...choice }) => (
            <ChoiceFilter
              key={name}
              {...choice}
              all={t.all}
              value={search[name]}
              onChange={(next) => narrow({ [name]: next })}
            />
          ))}
          <TypedFilter
            label={t.kbli}
            hint={t.kbliHint}
            value={kbli}
            numeric
            faultOf={(text) => (text === '' || isKbli(text) ? undefined : t.kbliFault)}
            onChange={(next) => narrow({ kbli: next })}
          />
          <TypedFilter
            label={t.enumerator}
            hint={t.enumeratorHint}
            value={enumerator}
            onChange={(next) => narrow({ enumerator: next })}
          />
          {(used > 0 || typed !== '') && (
            <Button variant="subtle" leftSection={<IconX size={16} aria-hidden />} onClick={clear}>
              {t.clear}
            </Button>
          )}
        </div>
      </Collapse>
    </search>
  );
}
