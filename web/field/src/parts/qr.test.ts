import { expect, test, vi } from 'vitest';
import { readerOf } from './qr.ts';

const IMAGE = {} as HTMLVideoElement;
const own = { detect: async () => [{ rawValue: 'own' }] };

function native(formats: readonly string[] | Error, detect: () => Promise<{ rawValue: string }[]>) {
  return class {
    static getSupportedFormats = async () => {
      if (formats instanceof Error) throw formats;
      return formats;
    };
    detect = detect;
  };
}

test.each([
  ['there is none', undefined],
  ['it reads no QR', native(['ean_13'], async () => [{ rawValue: 'native' }])],
  ['it does not say what it reads', native(new Error(), async () => [{ rawValue: 'native' }])],
])('the app reads by itself where the browser’s reader is not good: %s', async (_why, offered) => {
  const chosen = await readerOf(offered, async () => own);
  expect(await chosen.detect(IMAGE)).toEqual([{ rawValue: 'own' }]);
});

test('the browser’s reader is taken where it reads QR, and the app’s is not even fetched', async () => {
  const fetched = vi.fn(async () => own);
  const chosen = await readerOf(
    native(['qr_code'], async () => [{ rawValue: 'native' }]),
    fetched,
  );
  expect(await chosen.detect(IMAGE)).toEqual([{ rawValue: 'native' }]);
  expect(fetched).not.toHaveBeenCalled();
});

test('a browser’s reader that fails, as without its services, is asked once', async () => {
  const detect = vi.fn(async () => Promise.reject(new Error('service unavailable')));
  const chosen = await readerOf(native(['qr_code'], detect), async () => own);
  expect(await chosen.detect(IMAGE)).toEqual([{ rawValue: 'own' }]);
  expect(await chosen.detect(IMAGE)).toEqual([{ rawValue: 'own' }]);
  expect(detect).toHaveBeenCalledTimes(1);
});
