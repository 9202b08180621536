import { TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import styles from './search-field.module.css';

interface Given {
  readonly label: string;
  readonly words: string;
  readonly onWords: (words: string) => void;
}

/** Words that a list is searched for. They stay in the page: names do not go into the address. */
export function SearchField({ label, words, onWords }: Given) {
  return (
    <TextInput
      className={styles.grow}
      label={label}
      leftSection={<IconSearch aria-hidden size={16} />}
      value={words}
      type="search"
      autoComplete="off"
      onChange={(event) => onWords(event.currentTarget.value)}
    />
  );
}
