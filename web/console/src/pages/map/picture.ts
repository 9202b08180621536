/** The map as a PNG: title, what is counted and up to when, the map, and its legend. Names are painted as letters. */
import { type Caption, FONT, HEAD, MARGIN, sheet, toBlob } from '@kumkm/shared/charts/sheet.ts';

const LINE = 22;
const SWATCH = 14;

export interface Key {
  readonly colour: string;
  readonly name: string;
}

interface Told extends Caption {
  readonly legend: string;
  readonly keys: readonly Key[];
}

/** @throws Error where the browser makes no picture. */
export async function framed(map: HTMLCanvasElement, width: number, told: Told): Promise<Blob> {
  const height = (map.height / map.width) * width;
  const columns = Math.max(1, Math.floor(width / 190));
  const rows = Math.ceil(told.keys.length / columns);
  const foot = 16 + LINE + rows * LINE;
  const { canvas, pen, ink } = sheet(width, height + foot, told);
  pen.drawImage(map, MARGIN, HEAD, width, height);
  const under = HEAD + height + 16;
  pen.font = `600 13px ${FONT}`;
  pen.fillText(told.legend, MARGIN, under + 13, width);
  pen.font = `400 12px ${FONT}`;
  told.keys.forEach(({ colour, name }, place) => {
    const x = MARGIN + (place % columns) * (width / columns);
    const y = under + LINE + Math.floor(place / columns) * LINE;
    pen.fillStyle = colour;
    pen.fillRect(x, y, SWATCH, SWATCH);
    pen.fillStyle = ink;
    pen.fillText(name, x + SWATCH + 8, y + 11.5, width / columns - SWATCH - 16);
  });
  return await toBlob(canvas);
}
