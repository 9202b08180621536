import { toPng } from '@kumkm/shared/charts/png.ts';
import { type Column, fileName, save } from '@kumkm/shared/files.ts';
import { useTexts } from '@kumkm/shared/texts/language.ts';
import { UnstyledButton } from '@mantine/core';
import { type ReactNode, useId, useRef, useState } from 'react';
import { parts } from '../../texts/parts.ts';
import { Ways } from '../ways.tsx';
import styles from './frame.module.css';

interface Told<T> {
  readonly title: string;
  /** What is counted, of how much, and up to when: it goes out with the picture, too. */
  readonly note: string;
  /** The table behind the drawing. */
  readonly columns: readonly Column<T>[];
  readonly rows: readonly T[];
  /** What a cell shows, where it is not the value itself. */
  readonly format: (value: string | number | null | undefined, column: Column<T>) => string;
  /** Of the file, e.g. the region and the day. */
  readonly file: string;
  readonly legend?: ReactNode;
  /** The drawing: the first `svg` in it becomes the picture. */
  readonly children: ReactNode;
}

/** Around every chart: its title, what it counts, the table behind it, and the ways out. */
export function ChartFrame<T>({ title, note, columns, rows, format, file, legend, children }: Told<T>) {
  const t = useTexts(parts);
  const heading = useId();
  const [asTable, setAsTable] = useState(false);
  const drawing = useRef<HTMLDivElement>(null);
  const name = `${title} ${file}`;
  async function savePng() {
    const svg = drawing.current?.querySelector('svg');
    if (svg) save(await toPng(svg, { title, note }), `${fileName(name)}.png`);
  }
  return (
    <section className={styles.frame} aria-labelledby={heading}>
      <header className={styles.head}>
        <h2 id={heading} className={styles.title}>
          {title}
        </h2>
        <p className={styles.note}>{note}</p>
        {legend}
      </header>
      <div ref={drawing} className={asTable ? styles.away : styles.drawing}>
        {children}
      </div>
      {asTable && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
        <section className={styles.scroll} tabIndex={0} aria-label={t.tableOf(title)}>
          <table className={styles.table}>
            <thead>
              <tr>
                {columns.map((column) => (
                  <th key={column.title} scope="col">
                    {column.title}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <tr key={columns.map((column) => column.value(row)).join('|')}>
                  {columns.map((column) => {
                    const value = column.value(row);
                    return (
                      <td key={column.title} data-number={typeof value === 'number' || undefined}>
                        {format(value, column)}
                      </td>
                    );
                  })}
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
      <footer className={`${styles.foot} no-print`}>
        <UnstyledButton
          className={styles.action}
          aria-expanded={asTable}
          onClick={() => setAsTable(!asTable)}
        >
          {asTable ? t.hideTable : t.showTable}
        </UnstyledButton>
        <Ways title={title} columns={columns} rows={rows} file={file} />
        {!asTable && (
          <UnstyledButton
            className={styles.action}
            aria-label={t.download(title, t.png)}
            onClick={() => void savePng()}
          >
            {t.png}
          </UnstyledButton>
        )}
      </footer>
    </section>
  );
}
