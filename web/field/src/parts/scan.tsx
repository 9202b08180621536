// The QR of an activation card, by the camera.

import { useTexts } from '@kumkm/shared/texts/language.ts';
import { useEffect, useRef, useState } from 'react';
import { type Card, readCard } from '../state/account.ts';
import { app, entry } from '../texts/app.ts';
import { Button, Dialog, Notice, styles } from './parts.tsx';
import { reader } from './qr.ts';

const EVERY_MS = 250;
/** After so long without any QR, somebody is told how to hold the card. */
const UNREAD_MS = 8_000;

/** A page without HTTPS has no camera. */
export const canScan = (): boolean => navigator.mediaDevices !== undefined;

type Said = 'noCard' | 'unread' | Camera;
type Camera = keyof (typeof entry)['id']['camera'];

/** Why there is no picture, by the name of what the browser threw. */
export function cameraFault(fault: unknown): Camera {
  const name = fault instanceof Error ? fault.name : '';
  if (name === 'NotAllowedError' || name === 'SecurityError') return 'refused';
  if (name === 'NotFoundError' || name === 'OverconstrainedError') return 'missing';
  return name === 'NotReadableError' || name === 'AbortError' ? 'busy' : 'failed';
}

export function Scan({ found, close }: { readonly found: (card: Card) => void; readonly close: () => void }) {
  const [t, general] = [useTexts(entry), useTexts(app)];
  const video = useRef<HTMLVideoElement>(null);
  const [told, tell] = useState<Said | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the camera is opened once
  useEffect(() => {
    let timer = 0;
    let stream: MediaStream | null = null;
    let over = false;
    const stop = () => {
      over = true;
      clearTimeout(timer);
      for (const track of stream?.getTracks() ?? []) track.stop();
    };
    const look = async () => {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' } });
      const chosen = await reader();
      if (over || video.current === null) return stop();
      video.current.srcObject = stream;
      await video.current.play();
      const unreadAt = Date.now() + UNREAD_MS;
      const once = async () => {
        const [code] = video.current === null ? [] : await chosen.detect(video.current).catch(() => []);
        if (over) return;
        const card = code === undefined ? null : readCard(code.rawValue);
        if (card !== null) return found(card);
        if (code !== undefined) tell('noCard');
        else if (Date.now() > unreadAt) tell((before) => before ?? 'unread');
        // One picture after the other: a slow tablet is not asked for more than it reads.
        timer = window.setTimeout(() => void once(), EVERY_MS);
      };
      await once();
    };
    look().catch((fault) => {
      if (!over) tell(cameraFault(fault));
      stop();
    });
    return stop;
  }, []);
  const words = (said: Said) => (said === 'noCard' || said === 'unread' ? t[said] : t.camera[said]);
  return (
    <Dialog title={t.scan} close={close}>
      {told === null ? <p>{t.scanning}</p> : <Notice tone="risk">{words(told)}</Notice>}
      <video ref={video} className={styles.input} playsInline muted />
      <Button wide onClick={close}>
        {general.close}
      </Button>
    </Dialog>
  );
}
