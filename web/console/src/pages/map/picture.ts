/** The map as a PNG: title, what is counted and up to when, the map, and its legend. Names are painted as letters. */

const SCALE = 2;
const MARGIN = 24;
const TITLE = 20;
const NOTE = 14;
const LINE = 22;
const SWATCH = 14;
const FONT = "'Plus Jakarta Sans Variable', system-ui, sans-serif";

export interface Key {
  readonly colour: string;
  readonly name: string;
}

interface Told {
  readonly title: string;
  readonly note: string;
  readonly legend: string;
  readonly keys: readonly Key[];
}

/** @throws Error where the browser makes no picture. */
export async function framed(map: HTMLCanvasElement, width: number, told: Told): Promise<Blob> {
  const height = (map.height / map.width) * width;
  const head = MARGIN + TITLE + 8 + NOTE + 16;
  const columns = Math.max(1, Math.floor(width / 190));
  const rows = Math.ceil(told.keys.length / columns);
  const foot = 16 + LINE + rows * LINE + MARGIN;
  const canvas = document.createElement('canvas');
  canvas.width = (width + 2 * MARGIN) * SCALE;
  canvas.height = (head + height + foot) * SCALE;
  const pen = canvas.getContext('2d');
  if (pen === null) throw new Error('no canvas');
  const page = getComputedStyle(document.body);
  pen.scale(SCALE, SCALE);
  pen.fillStyle = page.backgroundColor;
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.fillStyle = page.color;
  pen.font = `650 ${TITLE}px ${FONT}`;
  pen.fillText(told.title, MARGIN, MARGIN + TITLE, width);
  pen.font = `400 ${NOTE}px ${FONT}`;
  pen.fillText(told.note, MARGIN, MARGIN + TITLE + 8 + NOTE, width);
  pen.drawImage(map, MARGIN, head, width, height);
  const under = head + height + 16;
  pen.font = `600 13px ${FONT}`;
  pen.fillText(told.legend, MARGIN, under + 13, width);
  pen.font = `400 12px ${FONT}`;
  told.keys.forEach(({ colour, name }, place) => {
    const x = MARGIN + (place % columns) * (width / columns);
    const y = under + LINE + Math.floor(place / columns) * LINE;
    pen.fillStyle = colour;
    pen.fillRect(x, y, SWATCH, SWATCH);
    pen.fillStyle = page.color;
    pen.fillText(name, x + SWATCH + 8, y + 11.5, width / columns - SWATCH - 16);
  });
  return await new Promise((done, fail) =>
    canvas.toBlob((blob) => (blob === null ? fail(new Error('no picture')) : done(blob)), 'image/png'),
  );
}
