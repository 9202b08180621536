import { Store } from '@kumkm/shared/store.ts';
import { judged, type Room, room } from '../storage/room.ts';

export const roomLeft = new Store<{ room: Room; left: 'enough' | 'little' | 'none' } | null>(null);

const EVERY_MS = 60_000;

/** Look how much room there is, and again now and then. */
export function watchRoom(): void {
  const look = async () => {
    const found = await room();
    roomLeft.set({ room: found, left: judged(found) });
  };
  void look();
  setInterval(() => void look(), EVERY_MS);
}
