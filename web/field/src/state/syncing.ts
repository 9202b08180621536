// Syncing: when somebody asks, and by itself when there is a signal. Never two at a time.

import { Offline, Refused, SignInNeeded } from '@kumkm/protocol/network.ts';
import type { Report, Step } from '@kumkm/protocol/tablet.ts';
import { Store } from '@kumkm/shared/store.ts';
import { StorageFull } from '../storage/store.ts';
import { recount } from './counts.ts';
import { changed, here, keep, phase } from './device.ts';
import { readDoors } from './doors.ts';
import { readFigures } from './figures.ts';
import { keepNotNeeded } from './reinterviews.ts';

/** `busy`, `refused`: `told` says why. `full`: no room on the tablet. */
export type Fault = 'offline' | 'busy' | 'sign_in' | 'refused' | 'full' | 'failed';

export interface Syncing {
  running: boolean;
  step: Step;
  done: number;
  of: number;
  fault: Fault | null;
  /** What the server answered last, where it refused or was busy. */
  told: Refused | Offline | null;
}

export interface LastSync {
  /** Milliseconds since 1970 by this tablet's clock. */
  at: number;
  heard: Record<string, number>;
  changes: number;
  deviceState: string;
}

const IDLE: Syncing = { running: false, step: 'done', done: 0, of: 0, fault: null, told: null };
const EVERY_MS = 10 * 60_000;

export const syncing = new Store<Syncing>(IDLE);

let again = false;

/**
 * Sync now. One that is asked for while another runs comes after it, since what was recorded meanwhile may have missed its turn.
 * Everything that happened is in `syncing`.
 */
export async function sync(): Promise<void> {
  again = syncing.get().running;
  if (again) return;
  syncing.set({ ...IDLE, running: true, step: 'handshake' });
  let end = await once();
  while (again && end.fault === null) {
    again = false;
    end = await once();
  }
  changed();
  await recount(); // what is shown when the sync ends is what it left
  syncing.set(end);
}

/** A sync from its beginning to its end, and how things stand then. */
async function once(): Promise<Syncing> {
  try {
    const report = await here().tablet.sync((step, done, of) => {
      syncing.set({ ...syncing.get(), step, done, of });
      changed();
    });
    await keep('clock_ahead', report.clockAhead);
    await keep('last_sync', summary(report));
    await keepNotNeeded(report.notNeeded);
    await keep('revoked', null);
    if (report.deviceState === 'active') {
      await readDoors();
      await readFigures();
    }
    return IDLE;
  } catch (fault) {
    if (fault instanceof Refused && fault.code === 'device_revoked')
      await keep('revoked', true).catch(() => {});
    return { ...IDLE, ...toldOf(fault) };
  }
}

export function toldOf(fault: unknown): Pick<Syncing, 'fault' | 'told'> {
  if (fault instanceof Offline)
    return fault.code === '' ? { fault: 'offline', told: null } : { fault: 'busy', told: fault };
  if (fault instanceof SignInNeeded) return { fault: 'sign_in', told: null };
  if (fault instanceof Refused) return { fault: 'refused', told: fault };
  if (fault instanceof StorageFull) return { fault: 'full', told: null };
  return { fault: 'failed', told: null };
}

function summary(report: Report): LastSync {
  const heard: Record<string, number> = {};
  for (const { outcome } of report.heard) heard[outcome] = (heard[outcome] ?? 0) + 1;
  return { at: Date.now(), heard, changes: report.changes.length, deviceState: report.deviceState };
}

/** When a signal comes back, when the app is opened again, and now and then: without being asked. */
export function syncByItself(): void {
  const go = () => {
    if (phase.get() === 'open' && navigator.onLine) void sync();
  };
  addEventListener('online', go);
  phase.subscribe(go); // the app was opened, or its PIN was said
  document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && go());
  setInterval(go, EVERY_MS);
}
