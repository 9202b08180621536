import { addDays } from '@kumkm/shared/formats/dates.ts';
import { useTexts } from '@kumkm/shared/texts/language.ts';
import { NativeSelect, TextInput } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { overview } from '../../texts/overview.ts';
import { useCompareDay } from './compare-to.ts';
import styles from './overview.module.css';

const WEEK = 7;
const MONTH = 30;

/** With which day the figures are compared: it is in the address, as all of the view. */
export function Compare({ asOf }: { readonly asOf: string }) {
  const t = useTexts(overview);
  const navigate = useNavigate({ from: '/' });
  const day = useCompareDay(asOf);
  const presets = [
    { value: '', label: t.compareNone },
    { value: addDays(asOf, -WEEK), label: t.compareWeek },
    { value: addDays(asOf, -MONTH), label: t.compareMonth },
  ];
  const own = day !== undefined && !presets.some((preset) => preset.value === day);
  function choose(value: string) {
    void navigate({
      search: (all) => ({ ...all, compare: value === '' ? undefined : value }),
      replace: true,
      resetScroll: false,
    });
  }
  return (
    <div className={styles.compare}>
      <NativeSelect
        aria-label={t.compare}
        value={own ? 'own' : (day ?? '')}
        onChange={(event) =>
          choose(event.currentTarget.value === 'own' ? addDays(asOf, -1) : event.currentTarget.value)
        }
        data={[...presets, { value: 'own', label: `${t.compareDay} …` }]}
      />
      {own && (
        <TextInput
          type="date"
          aria-label={t.compareDay}
          value={day}
          max={addDays(asOf, -1)}
          onChange={(event) => choose(event.currentTarget.value)}
        />
      )}
    </div>
  );
}
