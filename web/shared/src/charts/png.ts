/** A drawing of the page as a PNG, painted by itself: no inline style, nothing that the content policy would refuse. */

import { type Caption, HEAD, MARGIN, sheet, toBlob } from './sheet.ts';

/** @throws Error where the browser makes no picture. */
export async function toPng(svg: SVGSVGElement, caption: Caption): Promise<Blob> {
  const box = svg.getBoundingClientRect();
  const { canvas, pen } = sheet(box.width, box.height, caption, 0.75);
  for (const element of svg.querySelectorAll<SVGGraphicsElement>('path, rect, line, circle, text')) {
    paint(pen, svg, element);
  }
  return await toBlob(canvas);
}

function paint(pen: CanvasRenderingContext2D, svg: SVGSVGElement, element: SVGGraphicsElement): void {
  const style = getComputedStyle(element);
  if (style.display === 'none' || style.visibility === 'hidden') return;
  const place = svg
    .getScreenCTM()
    ?.inverse()
    .multiply(element.getScreenCTM() ?? new DOMMatrix());
  if (place === undefined) return;
  pen.save();
  pen.translate(MARGIN, HEAD);
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
