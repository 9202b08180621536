import { useQuery } from '@tanstack/react-query';
import { NATION, useMe } from './me.ts';
import { regionQuery } from './progress.ts';

/** Western Indonesia, whose day campaigns go by here. */
const OFFSET_MS = 7 * 3_600_000;

/** The day at a moment, in western Indonesia. */
export function dayAt(moment: number): string {
  return new Date(moment + OFFSET_MS).toISOString().slice(0, 10);
}

/** Today by the server's clock: that of the desk may be wrong. By the desk's as long as the server has said nothing. */
export function useServerDay(): string {
  const me = useMe();
  const region = useQuery({
    ...regionQuery(me?.region_code ?? NATION, {}),
    enabled: me !== undefined,
  });
  const said = region.data?.generated_at;
  return dayAt(said === undefined ? Date.now() : Date.parse(said));
}
