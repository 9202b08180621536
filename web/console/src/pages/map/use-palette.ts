import { useEffect, useState } from 'react';
import { type Palette, paletteOf } from './palette.ts';

/** The colours of the map, in the theme as it is now. */
export function usePalette(ramp: string): Palette {
  const [palette, setPalette] = useState(() => paletteOf(ramp));
  useEffect(() => {
    const look = () => setPalette(paletteOf(ramp));
    look();
    const watch = new MutationObserver(look);
    watch.observe(document.documentElement, { attributeFilter: ['data-mantine-color-scheme'] });
    return () => watch.disconnect();
  }, [ramp]);
  return palette;
}
