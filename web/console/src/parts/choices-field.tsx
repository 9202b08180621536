import { Checkbox } from '@mantine/core';

interface Told<Value extends string> {
  readonly label: string;
  readonly description?: string;
  readonly of: readonly Value[];
  readonly names: Readonly<Record<Value, string>>;
  readonly value: readonly Value[];
  readonly onChange: (value: readonly Value[]) => void;
}

/** Any of a few values, in the order in which they are offered. */
export function ChoicesField<Value extends string>({ of, names, value, onChange, ...words }: Told<Value>) {
  return (
    <Checkbox.Group
      {...words}
      value={[...value]}
      onChange={(next) => onChange(of.filter((each) => next.includes(each)))}
    >
      {of.map((each) => (
        <Checkbox key={each} value={each} label={names[each]} mt="xs" />
      ))}
    </Checkbox.Group>
  );
}
