import { NativeSelect } from '@mantine/core';

interface Told<Value extends string> {
  readonly label: string;
  readonly of: readonly Value[];
  readonly names: Readonly<Record<Value, string>>;
  readonly value: Value;
  readonly onChange: (value: Value) => void;
}

/** One of a few values. */
export function ChoiceField<Value extends string>({ label, of, names, value, onChange }: Told<Value>) {
  return (
    <NativeSelect
      label={label}
      value={value}
      data={of.map((each) => ({ value: each, label: names[each] }))}
      onChange={(event) => {
        const chosen = of.find((each) => each === event.currentTarget.value);
        if (chosen !== undefined) onChange(chosen);
      }}
    />
  );
}
