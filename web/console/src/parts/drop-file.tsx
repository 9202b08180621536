import { Button, FileButton } from '@mantine/core';
import { IconUpload } from '@tabler/icons-react';
import { type DragEvent, useState } from 'react';
import styles from './drop-file.module.css';

interface Told {
  /** Ends of names: `.csv,.xlsx`. */
  readonly accept: string;
  readonly title: string;
  readonly hint: string;
  readonly choose: string;
  readonly onFile: (file: File) => void;
}

/** A place to drop a file on, or to choose one with a button. */
export function DropFile({ accept, title, hint, choose, onFile }: Told) {
  const [over, setOver] = useState(false);
  function drop(event: DragEvent) {
    event.preventDefault();
    setOver(false);
    const [file] = event.dataTransfer.files;
    if (file !== undefined) onFile(file);
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is a shortcut; the button inside does the same
    <div
      className={styles.drop}
      data-over={over || undefined}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <IconUpload aria-hidden size={32} stroke={1.5} />
      <p>{title}</p>
      <p className={styles.hint}>{hint}</p>
      <FileButton accept={accept} onChange={(file) => file !== null && onFile(file)}>
        {(props) => <Button {...props}>{choose}</Button>}
      </FileButton>
    </div>
  );
}
