import { inflateRawSync } from 'node:zlib';

type Cell = string | number | null;

/** The rows of the first sheet of a workbook, read from its own bytes: a ZIP of XML. */
export function workbook(content: Buffer): Cell[][] {
  const files = unzipped(content);
  const sheet = files.get('xl/worksheets/sheet1.xml') ?? '';
  const shared = [...(files.get('xl/sharedStrings.xml') ?? '').matchAll(/<si>(.*?)<\/si>/gs)].map(([, si]) =>
    textOf(si ?? ''),
  );
  const rows = [...sheet.matchAll(/<row[^>]*?(?:\/>|>(.*?)<\/row>)/gs)].map(([, row]) => {
    const cells: Cell[] = [];
    for (const [, attributes, inner] of (row ?? '').matchAll(/<c([^>]*?)(?:\/>|>(.*?)<\/c>)/gs)) {
      cells[placeOf(attributes ?? '')] = contentOf(attributes ?? '', inner, shared);
    }
    return cells;
  });
  const width = Math.max(...rows.map((row) => row.length));
  return rows.map((row) => Array.from({ length: width }, (_, at) => row[at] ?? null));
}

/** `r="C5"` is the third; what is empty is left out of a row. */
function placeOf(attributes: string): number {
  const letters = /r="([A-Z]+)\d+"/.exec(attributes)?.[1] ?? '';
  return [...letters].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0) - 1;
}

function contentOf(attributes: string, inner: string | undefined, shared: readonly string[]): Cell {
  if (inner === undefined) return null;
  const value = /<v>(.*?)<\/v>/s.exec(inner)?.[1];
  if (attributes.includes('t="s"')) return shared[Number(value)] ?? null;
  if (attributes.includes('t="inlineStr"')) return textOf(inner);
  return value === undefined ? null : Number(value);
}

function textOf(xml: string): string {
  const text = [...xml.matchAll(/<t[^>]*>(.*?)<\/t>/gs)].map(([, part]) => part).join('');
  return text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&');
}

const END = 0x06054b50;

function unzipped(content: Buffer): Map<string, string> {
  let end = content.length - 22;
  while (content.readUInt32LE(end) !== END) end -= 1;
  const found = new Map<string, string>();
  let at = content.readUInt32LE(end + 16);
  for (let entry = content.readUInt16LE(end + 10); entry > 0; entry -= 1) {
    const [method, size] = [content.readUInt16LE(at + 10), content.readUInt32LE(at + 20)];
    const [name, extra, comment] = [28, 30, 32].map((offset) => content.readUInt16LE(at + offset)) as [
      number,
      number,
      number,
    ];
    const local = content.readUInt32LE(at + 42);
    const begins = local + 30 + content.readUInt16LE(local + 26) + content.readUInt16LE(local + 28);
    const packed = content.subarray(begins, begins + size);
    found.set(
      content.toString('utf8', at + 46, at + 46 + name),
      (method === 0 ? packed : inflateRawSync(packed)).toString('utf8'),
    );
    at += 46 + name + extra + comment;
  }
  return found;
}

/** The rows of a CSV as the pages write it in Indonesian: semicolons, decimal commas, a byte order mark. */
export function csv(content: Buffer): string[][] {
  const text = content.toString('utf8');
  if (!text.startsWith('\uFEFF') || !text.endsWith('\r\n')) throw new Error('not as Excel reads it');
  return text
    .slice(1, -2)
    .split('\r\n')
    .map((line) =>
      [...line.matchAll(/(?:^|;)(?:"((?:[^"]|"")*)"|([^;]*))/g)].map(
        ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? '',
      ),
    );
}
