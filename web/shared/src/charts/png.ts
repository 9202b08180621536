/** A drawing of the page as a PNG, painted by itself: no inline style, nothing that the content policy would refuse. */

const SCALE = 2;
const MARGIN = 24;
const TITLE = 20;
const NOTE = 14;
const FONT = "'Plus Jakarta Sans Variable', system-ui, sans-serif";

export interface Caption {
  readonly title: string;
  /** What is counted, of how much, and up to when. */
  readonly note: string;
}

/** @throws Error where the browser makes no picture. */
export async function toPng(svg: SVGSVGElement, { title, note }: Caption): Promise<Blob> {
  const box = svg.getBoundingClientRect();
  const head = MARGIN + TITLE + 8 + NOTE + 16;
  const canvas = document.createElement('canvas');
  canvas.width = (box.width + 2 * MARGIN) * SCALE;
  canvas.height = (head + box.height + MARGIN) * SCALE;
  const pen = canvas.getContext('2d');
  if (pen === null) throw new Error('no canvas');
  const page = getComputedStyle(document.body);
  pen.scale(SCALE, SCALE);
  pen.fillStyle = page.backgroundColor;
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.fillStyle = page.color;
  pen.font = `650 ${TITLE}px ${FONT}`;
  pen.fillText(title, MARGIN, MARGIN + TITLE, box.width);
  pen.font = `400 ${NOTE}px ${FONT}`;
  pen.globalAlpha = 0.75;
  pen.fillText(note, MARGIN, MARGIN + TITLE + 8 + NOTE, box.width);
  pen.globalAlpha = 1;
  for (const element of svg.querySelectorAll<SVGGraphicsElement>('path, rect, line, circle, text')) {
    paint(pen, svg, element, head);
  }
  return await new Promise((done, fail) =>
    canvas.toBlob((blob) => (blob === null ? fail(new Error('no picture')) : done(blob)), 'image/png'),
  );
}

function paint(
  pen: CanvasRenderingContext2D,
  svg: SVGSVGElement,
  element: SVGGraphicsElement,
  head: number,
): void {
  const style = getComputedStyle(element);
  if (style.display === 'none' || style.visibility === 'hidden') return;
  const place = svg
    .getScreenCTM()
    ?.inverse()
    .multiply(element.getScreenCTM() ?? new DOMMatrix());
  if (place === undefined) return;
  pen.save();
  pen.translate(MARGIN, head);
  pen.transform(place.a, place.b, place.c, place.d, place.e, place.f);
  pen.globalAlpha = Number(style.opacity);
  if (element instanceof SVGTextElement) write(pen, element, style);
  else draw(pen, shape(element), style);
  pen.restore();
}

function shape(element: SVGGraphicsElement): Path2D {
  const path = new Path2D(element instanceof SVGPathElement ? (element.getAttribute('d') ?? '') : undefined);
  const at = (name: string) => Number(element.getAttribute(name) ?? 0);
  if (element instanceof SVGRectElement)
    path.roundRect(at('x'), at('y'), at('width'), at('height'), at('rx'));
  if (element instanceof SVGLineElement) {
    path.moveTo(at('x1'), at('y1'));
    path.lineTo(at('x2'), at('y2'));
  }
  if (element instanceof SVGCircleElement) path.arc(at('cx'), at('cy'), at('r'), 0, 2 * Math.PI);
  return path;
}

function draw(pen: CanvasRenderingContext2D, path: Path2D, style: CSSStyleDeclaration): void {
  if (style.fill !== 'none') {
    pen.fillStyle = style.fill;
    pen.globalAlpha *= Number(style.fillOpacity);
    pen.fill(path);
    pen.globalAlpha = Number(style.opacity);
  }
  if (style.stroke === 'none') return;
  pen.strokeStyle = style.stroke;
  pen.lineWidth = Number.parseFloat(style.strokeWidth);
  const dashes = style.strokeDasharray.match(/[\d.]+/g) ?? [];
  pen.setLineDash(dashes.map(Number));
  pen.stroke(path);
}

function write(pen: CanvasRenderingContext2D, element: SVGTextElement, style: CSSStyleDeclaration): void {
  const number = (name: string) => Number(element.getAttribute(name) ?? 0);
  pen.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
  pen.fillStyle = style.fill;
  pen.textAlign = style.textAnchor === 'middle' ? 'center' : style.textAnchor === 'end' ? 'right' : 'left';
  pen.textBaseline = style.dominantBaseline === 'central' ? 'middle' : 'alphabetic';
  const shift = element.getAttribute('dy') ?? '0';
  const size = Number.parseFloat(style.fontSize);
  const down = shift.endsWith('em') ? Number.parseFloat(shift) * size : Number(shift);
  pen.fillText(element.textContent, number('x'), number('y') + down);
}
