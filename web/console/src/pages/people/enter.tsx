import { count } from '@kumkm/shared/formats/numbers.ts';
import { useLanguage, useTexts } from '@kumkm/shared/texts/language.ts';
import { Button, Modal, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { Fault } from '../../parts/fault.tsx';
import { people } from '../../texts/people.ts';
import styles from './people.module.css';
import type { Entered } from './queries.ts';

export interface Field {
  readonly key: string;
  readonly label: string;
  readonly hint?: string;
  readonly type?: 'text' | 'date' | 'number';
  readonly optional?: boolean;
  readonly initial?: string;
}

interface Told {
  readonly title: string;
  readonly about?: string;
  readonly doIt: string;
  readonly fields: readonly Field[];
  readonly enter: (value: (key: string) => string) => Promise<Entered>;
  readonly onClose: () => void;
}

/** A short form for something that is entered by its key: the same entry twice changes nothing. */
export function EnterDialog({ title, about, doIt, fields, enter, onClose }: Told) {
  const t = useTexts(people);
  const language = useLanguage();
  const client = useQueryClient();
  // What is not typed yet is as the page knows it, also where the page gets to know it after the form was opened.
  const [typed, setTyped] = useState<Readonly<Record<string, string>>>({});
  const shown = (field: Field | undefined) => (field && typed[field.key]) ?? field?.initial ?? '';
  const value = (key: string) => shown(fields.find((field) => field.key === key)).trim();
  const entering = useMutation({
    mutationFn: () => enter(value),
    onSuccess: () => client.invalidateQueries({ queryKey: ['people'] }),
  });
  function submit(event: FormEvent) {
    event.preventDefault();
    entering.mutate();
  }
  const told = entering.data;
  return (
    <Modal opened onClose={onClose} title={title} centered closeOnClickOutside={false}>
      <form className={styles.form} onSubmit={submit}>
        {about !== undefined && <p>{about}</p>}
        {entering.isError && <Fault fault={entering.error} />}
        {fields.map((field, index) => (
          <TextInput
            key={field.key}
            label={field.label}
            description={field.hint}
            type={field.type ?? 'text'}
            {...(field.type === 'number' ? { min: 0 } : {})}
            value={shown(field)}
            required={field.optional !== true}
            withAsterisk={false}
            autoComplete="off"
            autoCapitalize="none"
            data-autofocus={index === 0 || undefined}
            onChange={(event) => {
              const next = event.currentTarget.value;
              setTyped((before) => ({ ...before, [field.key]: next }));
            }}
          />
        ))}
        {told !== undefined && (
          <p role="status">
            {t.entered(
              count(told.created, language),
              count(told.changed, language),
              count(told.unchanged, language),
            )}
          </p>
        )}
        <div className={styles.buttons}>
          <Button variant="default" onClick={onClose}>
            {told === undefined ? t.cancel : t.close}
          </Button>
          <Button type="submit" loading={entering.isPending}>
            {doIt}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
