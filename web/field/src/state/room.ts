import { Store } from '@kumkm/shared/store.ts';
import { judged, type Room, room, takesDay } from '../storage/room.ts';

export const roomLeft = new Store<{ room: Room; left: 'enough' | 'little' | 'none' } | null>(null);

const EVERY_MS = 5 * 60_000;

/** Look how much room there is, and again now and then. Opening the tables has tried it. */
export function watchRoom(): void {
  const look = async (isTried = false) => {
    const found = await room();
    // What the browser says may be far more than there is.
    roomLeft.set({ room: found, left: isTried || (await takesDay()) ? judged(found) : 'none' });
  };
  void look(true);
  setInterval(() => void look(), EVERY_MS);
}
