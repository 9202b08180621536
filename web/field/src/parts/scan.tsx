// The QR of an activation card, by the camera and the browser's own reader.

import { useTexts } from '@kumkm/shared/texts/language.ts';
import { useEffect, useRef, useState } from 'react';
import { type Card, readCard } from '../state/account.ts';
import { entry } from '../texts/app.ts';
import { Button, Dialog, Notice, styles } from './parts.tsx';

interface Reader {
  detect(image: HTMLVideoElement): Promise<{ rawValue: string }[]>;
}
declare global {
  interface Window {
    BarcodeDetector?: new (options: { formats: string[] }) => Reader;
  }
}

const EVERY_MS = 250;

export const canScan = (): boolean =>
  window.BarcodeDetector !== undefined && navigator.mediaDevices !== undefined;

export function Scan({ found, close }: { readonly found: (card: Card) => void; readonly close: () => void }) {
  const t = useTexts(entry);
  const video = useRef<HTMLVideoElement>(null);
  const [told, tell] = useState<string | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the camera is opened once
  useEffect(() => {
    let timer = 0;
    let stream: MediaStream | null = null;
    let over = false;
    const look = async () => {
      try {
        const opened = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' } });
        stream = opened;
        const Made = window.BarcodeDetector;
        if (over || video.current === null || Made === undefined) return stop();
        video.current.srcObject = stream;
        await video.current.play();
        const reader = new Made({ formats: ['qr_code'] });
        timer = window.setInterval(async () => {
          const [code] = video.current === null ? [] : await reader.detect(video.current).catch(() => []);
          if (over || code === undefined) return;
          const card = readCard(code.rawValue);
          if (card === null) tell(t.noCard);
          else found(card);
        }, EVERY_MS);
      } catch {
        tell(t.noCamera);
      }
    };
    const stop = () => {
      over = true;
      clearInterval(timer);
      for (const track of stream?.getTracks() ?? []) track.stop();
    };
    void look();
    return stop;
  }, []);
  return (
    <Dialog title={t.scan} close={close}>
      {told === null ? <p>{t.scanning}</p> : <Notice tone="risk">{told}</Notice>}
      <video ref={video} className={styles.input} playsInline muted />
      <Close close={close} />
    </Dialog>
  );
}

function Close({ close }: { readonly close: () => void }) {
  return (
    <Button wide onClick={close}>
      OK
    </Button>
  );
}
