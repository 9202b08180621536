// Syncing: when somebody asks, and by itself when there is a signal. Never two at a time.

import { Offline, Refused, SignInNeeded } from '@kumkm/protocol/network.ts';
import type { Report, Step } from '@kumkm/protocol/tablet.ts';
import { Store } from '@kumkm/shared/store.ts';
import { StorageFull } from '../storage/store.ts';
import { changed, here, keep, phase } from './device.ts';
import { readDoors } from './doors.ts';
import { readFigures } from './figures.ts';

/** `refused`: `detail` is the server's. `full`: no room on the tablet. `revoked`: the tablet hands over and reads nothing. */
export type Fault = 'offline' | 'sign_in' | 'refused' | 'full' | 'failed';

export interface Syncing {
  running: boolean;
  step: Step;
  done: number;
  of: number;
  fault: Fault | null;
  detail: string;
}

export interface LastSync {
  /** Milliseconds since 1970 by this tablet's clock. */
  at: number;
  heard: Record<string, number>;
  changes: number;
  deviceState: string;
}

const IDLE: Syncing = { running: false, step: 'done', done: 0, of: 0, fault: null, detail: '' };
const EVERY_MS = 10 * 60_000;

export const syncing = new Store<Syncing>(IDLE);

/** Sync now, if no sync is running. Everything that happened is in `syncing`. */
export async function sync(): Promise<void> {
  if (syncing.get().running) return;
  syncing.set({ ...IDLE, running: true, step: 'handshake' });
  try {
    const report = await here().tablet.sync((step, done, of) => {
      syncing.set({ ...syncing.get(), step, done, of });
      changed();
    });
    await keep('clock_ahead', report.clockAhead);
    await keep('last_sync', summary(report));
    if (report.deviceState === 'active') {
      await readDoors();
      await readFigures();
    }
    syncing.set(IDLE);
  } catch (fault) {
    syncing.set({ ...IDLE, ...toldOf(fault) });
  } finally {
    changed();
  }
}

export function toldOf(fault: unknown): { fault: Fault; detail: string } {
  if (fault instanceof Offline) return { fault: 'offline', detail: '' };
  if (fault instanceof SignInNeeded) return { fault: 'sign_in', detail: '' };
  if (fault instanceof Refused) return { fault: 'refused', detail: fault.detail };
  if (fault instanceof StorageFull) return { fault: 'full', detail: '' };
  return { fault: 'failed', detail: '' };
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
