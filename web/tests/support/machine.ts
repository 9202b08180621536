import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { availableParallelism, loadavg } from 'node:os';

/** How many processes want each core. On a machine that does much else, a time says nothing of what is measured. */
export function crowd(): number {
  return (loadavg()[0] ?? 0) / availableParallelism();
}

const TICKS = 100; // of Linux's clock, a second
const LISTENS = '0A';

/** The process that listens on a port of this machine (Linux). */
export function listenerOn(port: number): number {
  const wanted = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const rows = ['tcp', 'tcp6'].flatMap((kind) => readFileSync(`/proc/net/${kind}`, 'utf8').split('\n'));
  const sockets = rows
    .map((row) => row.trim().split(/\s+/))
    .filter((row) => row[1]?.endsWith(wanted) && row[3] === LISTENS)
    .map((row) => `socket:[${row[9]}]`);
  const found = processes().find((pid) => filesOf(pid).some((file) => sockets.includes(file)));
  if (found === undefined) throw new Error(`nothing listens on port ${port}`);
  return found;
}

/** Seconds of processor time that processes have used so far. */
export function processorTime(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => sum + (Number(statOf(pid)[11]) + Number(statOf(pid)[12])) / TICKS, 0);
}

function processes(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

/** Fields of `/proc/…/stat` after the name: state, parent, … the 12th and 13th are user and system time. */
function statOf(pid: number): string[] {
  return orNothing(
    () =>
      readFileSync(`/proc/${pid}/stat`, 'utf8')
        .replace(/^.*\) /, '')
        .split(' '),
    [],
  );
}

function filesOf(pid: number): string[] {
  return orNothing(
    () => readdirSync(`/proc/${pid}/fd`).map((name) => readlinkSync(`/proc/${pid}/fd/${name}`)),
    [],
  );
}

/** A process may end while it is looked at. */
function orNothing<T>(look: () => T, nothing: T): T {
  try {
    return look();
  } catch {
    return nothing;
  }
}

const REFERENCE_MS = 56; // the loop below, where the figures of docs/benchmarks.md were taken

/** How many times slower a core of this machine is than where the figures were taken; 1 where it is not. */
export function slowness(): number {
  const times = Array.from({ length: 7 }, () => {
    const began = performance.now();
    let state = 1;
    for (let round = 0; round < 50_000_000; round += 1) state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return state === 0 ? 0 : performance.now() - began;
  });
  return Math.max(1, Math.min(...times) / REFERENCE_MS);
}
