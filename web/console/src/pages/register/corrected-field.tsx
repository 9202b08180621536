import { useLanguage, useTexts } from '@kumkm/shared/texts/language.ts';
import { Button, NativeSelect, TextInput } from '@mantine/core';
import { IconEraser, IconX } from '@tabler/icons-react';
import { valueText } from '../../parts/answers/values.ts';
import { register } from '../../texts/register.ts';
import type { Change } from './drafts.ts';
import { type Field, parsed } from './patch.ts';
import styles from './register.module.css';

interface Told {
  readonly field: Field;
  readonly now: unknown;
  readonly change: Change;
  readonly fault: string | undefined;
  readonly tried: boolean;
  readonly onChange: (change: Change | undefined) => void;
}

/** One answer as it is and as it is to be. */
export function CorrectedField({ field, now, change, fault, tried, onChange }: Told) {
  const t = useTexts(register);
  const language = useLanguage();
  const { question, block, label } = field;
  const whole = block === undefined ? label : `${block} · ${label}`;
  const isNumber = question.type === 'integer' || question.type === 'number';
  const isMissing = !change.isEmptied && parsed(change.text, question) === undefined;
  const error = fault ?? (isMissing && (tried || change.text !== '') && isNumber ? t.numberFault : undefined);
  const told = {
    label: whole,
    description: t.now(valueText(now, question, language)),
    value: change.text,
    error: error ?? (tried && isMissing ? t.addAnswerHint : undefined),
  };
  return (
    <div className={styles.corrected}>
      {change.isEmptied ? (
        <div className={styles.emptied}>
          <strong>{whole}</strong>
          <span>{t.empties}</span>
          {fault !== undefined && <span role="alert">{fault}</span>}
        </div>
      ) : question.choices !== undefined || question.type === 'boolean' ? (
        <NativeSelect
          {...told}
          data={choicesOf(field, language, [t.yes, t.no])}
          onChange={(event) => onChange({ text: event.currentTarget.value, isEmptied: false })}
        />
      ) : (
        <TextInput
          {...told}
          autoComplete="off"
          spellCheck={false}
          {...(isNumber ? { inputMode: 'numeric' as const } : {})}
          {...(question.type === 'array' ? { placeholder: t.listHint } : {})}
          onChange={(event) => onChange({ text: event.currentTarget.value, isEmptied: false })}
        />
      )}
      <div className={styles.fieldActions}>
        <Button
          variant="subtle"
          color="gray"
          size="compact-md"
          leftSection={<IconEraser size={16} aria-hidden />}
          onClick={() => onChange({ ...change, isEmptied: !change.isEmptied })}
        >
          {change.isEmptied ? t.fillIt : t.emptyIt}
        </Button>
        <Button
          variant="subtle"
          color="gray"
          size="compact-md"
          leftSection={<IconX size={16} aria-hidden />}
          onClick={() => onChange(undefined)}
        >
          {t.drop}
        </Button>
      </div>
    </div>
  );
}

function choicesOf({ question }: Field, language: 'id' | 'en', [yes, no]: readonly [string, string]) {
  const choices =
    question.choices === undefined
      ? [
          { value: 'true', label: yes },
          { value: 'false', label: no },
        ]
      : Object.entries(question.choices).map(([value, word]) => ({
          value,
          label: word?.[language] ?? value,
        }));
  return [{ value: '', label: '' }, ...choices];
}
