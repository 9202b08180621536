// Photos, as small as they have to be: drawn again and written as JPEG, so that nothing is left of what the camera noted
// about the place, the time and itself.

const LONGEST_SIDE = 1280; // pixels
const MOST_BYTES = 160 * 1024;
const QUALITIES = [0.72, 0.6, 0.48, 0.36];

/** The browser cannot read the file as a picture. */
export class NoPicture extends Error {}

/** @throws NoPicture */
export async function shrunk(file: Blob): Promise<Uint8Array<ArrayBuffer>> {
  let picture: ImageBitmap;
  try {
    picture = await createImageBitmap(file, { imageOrientation: 'from-image' });
  } catch {
    throw new NoPicture();
  }
  const { width, height } = fitted(picture);
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [width, height];
  canvas.getContext('2d')?.drawImage(picture, 0, 0, width, height);
  picture.close();
  let smallest: Blob | null = null;
  for (const quality of QUALITIES) {
    smallest = await new Promise<Blob | null>((done) => canvas.toBlob(done, 'image/jpeg', quality));
    if (smallest !== null && smallest.size <= MOST_BYTES) break;
  }
  if (smallest === null) throw new NoPicture();
  return new Uint8Array(await smallest.arrayBuffer());
}

export function fitted({ width, height }: { width: number; height: number }): {
  width: number;
  height: number;
} {
  const scale = Math.min(1, LONGEST_SIDE / Math.max(width, height));
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}
