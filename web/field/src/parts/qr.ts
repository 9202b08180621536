// Reads a QR: by the browser's own reader where it has one, else by a small one that comes with the app. Chrome has none of
// its own on desks, nor on Android without Google's services.

/** As the Shape Detection API has it. */
export interface Reader {
  detect(image: HTMLVideoElement): Promise<{ rawValue: string }[]>;
}
interface Native {
  new (options: { formats: string[] }): Reader;
  getSupportedFormats(): Promise<readonly string[]>;
}
declare global {
  interface Window {
    BarcodeDetector?: Native;
  }
}

const FORMAT = 'qr_code';

/** `own`: the app's reader, fetched when it is needed. A browser's reader that fails once is not asked again. */
export async function readerOf(native: Native | undefined, own: () => Promise<Reader>): Promise<Reader> {
  const has = await native?.getSupportedFormats().catch((): readonly string[] => []);
  if (native === undefined || !has?.includes(FORMAT)) return own();
  let chosen: Reader = new native({ formats: [FORMAT] });
  let isOwn = false;
  return {
    async detect(image) {
      try {
        return await chosen.detect(image);
      } catch (fault) {
        if (isOwn) throw fault;
        [chosen, isOwn] = [await own(), true];
        return await chosen.detect(image);
      }
    },
  };
}

export const reader = (): Promise<Reader> =>
  readerOf(window.BarcodeDetector, async () => {
    const { BarcodeDetector } = await import('qr/decode.js');
    return new BarcodeDetector({ formats: [FORMAT] });
  });
