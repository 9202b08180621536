import { NativeSelect } from '@mantine/core';

interface Told<Value extends string> {
  readonly label: string;
  /** What it is called that nothing is chosen. */
  readonly all: string;
  readonly of: readonly Value[];
  readonly names: Readonly<Record<string, string>>;
  readonly value: Value | undefined;
  readonly onChange: (value: Value | undefined) => void;
}

/** A filter for one of a few values, or for all. */
export function ChoiceFilter<Value extends string>({ label, all, of, names, value, onChange }: Told<Value>) {
  return (
    <NativeSelect
      label={label}
      value={value ?? ''}
      data={[{ value: '', label: all }, ...of.map((each) => ({ value: each, label: names[each] ?? each }))]}
      onChange={(event) => onChange(of.find((each) => each === event.currentTarget.value))}
    />
  );
}
