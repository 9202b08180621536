import { count } from '@kumkm/shared/formats/numbers.ts';
import { useLanguage, useTexts } from '@kumkm/shared/texts/language.ts';
import { Button, NativeSelect } from '@mantine/core';
import { IconPrinter } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { people } from '../../texts/people.ts';
import { ActivationCards, type Card } from './activation-cards.tsx';
import styles from './import.module.css';

/** Cards that are printed at once: fifty sheets of ten. A browser that draws ten thousand codes stands still for a minute. */
const PART = 500;
/** Cards that are drawn between two frames. */
const SLICE = 10;

/** Cards as sheets to print: one part of them is drawn, a few at a time, so that the page goes on meanwhile. */
export function CardsToPrint({ cards }: { readonly cards: readonly Card[] }) {
  const t = useTexts(people);
  const language = useLanguage();
  const [first, setFirst] = useState(0);
  const [drawn, setDrawn] = useState(0);
  const part = cards.slice(first, first + PART);
  const isDrawn = drawn >= part.length;
  useEffect(() => {
    if (isDrawn) return;
    const later = setTimeout(() => setDrawn(drawn + SLICE));
    return () => clearTimeout(later);
  }, [drawn, isDrawn]);
  const starts = Array.from({ length: Math.ceil(cards.length / PART) }, (_, at) => at * PART);
  return (
    <>
      {starts.length > 1 && (
        <NativeSelect
          label={t.part}
          value={first}
          data={starts.map((start) => ({
            value: String(start),
            label: t.partOf(
              count(start + 1, language),
              count(Math.min(start + PART, cards.length), language),
            ),
          }))}
          onChange={(event) => {
            setFirst(Number(event.currentTarget.value));
            setDrawn(0);
          }}
        />
      )}
      <Button
        className={styles.print}
        leftSection={<IconPrinter aria-hidden size={18} />}
        disabled={!isDrawn}
        onClick={() => window.print()}
      >
        {isDrawn ? t.printCards : t.drawing}
      </Button>
      <ActivationCards cards={part.slice(0, drawn)} />
    </>
  );
}
