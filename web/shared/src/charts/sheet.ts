/** The sheet on which a picture is painted: the colours of the page, with a title and a note above. */

const SCALE = 2;
const TITLE = 20;
const NOTE = 14;
export const MARGIN = 24;
/** What is above the drawing, in pixels. */
export const HEAD = MARGIN + TITLE + 8 + NOTE + 16;
export const FONT = "'Plus Jakarta Sans Variable', system-ui, sans-serif";

export interface Caption {
  readonly title: string;
  /** What is counted, of how much, and up to when. */
  readonly note: string;
}

interface Sheet {
  readonly canvas: HTMLCanvasElement;
  readonly pen: CanvasRenderingContext2D;
  /** The colour of words. */
  readonly ink: string;
}

/**
 * @param height of what is below the head, without the margin at the foot.
 * @param fade how strong the note is, from 0 to 1.
 * @throws Error where the browser paints nothing.
 */
export function sheet(width: number, height: number, { title, note }: Caption, fade = 1): Sheet {
  const canvas = document.createElement('canvas');
  canvas.width = (width + 2 * MARGIN) * SCALE;
  canvas.height = (HEAD + height + MARGIN) * SCALE;
  const pen = canvas.getContext('2d');
  if (pen === null) throw new Error('no canvas');
  const page = getComputedStyle(document.body);
  pen.scale(SCALE, SCALE);
  pen.fillStyle = page.backgroundColor;
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.fillStyle = page.color;
  pen.font = `650 ${TITLE}px ${FONT}`;
  pen.fillText(title, MARGIN, MARGIN + TITLE, width);
  pen.font = `400 ${NOTE}px ${FONT}`;
  pen.globalAlpha = fade;
  pen.fillText(note, MARGIN, MARGIN + TITLE + 8 + NOTE, width);
  pen.globalAlpha = 1;
  return { canvas, pen, ink: page.color };
}

/** @throws Error where the browser makes no picture. */
export async function toBlob(canvas: HTMLCanvasElement): Promise<Blob> {
  return await new Promise((done, fail) =>
    canvas.toBlob((blob) => (blob === null ? fail(new Error('no picture')) : done(blob)), 'image/png'),
  );
}
