// Bodies go out compressed where the platform can do that; an answer of the server never depends on it.

export async function gzip(
  content: Uint8Array<ArrayBuffer>,
): Promise<{ content: Uint8Array<ArrayBuffer>; coded: boolean }> {
  if (typeof CompressionStream === 'undefined') return { content, coded: false };
  const packed = new Blob([content]).stream().pipeThrough(new CompressionStream('gzip'));
  return { content: new Uint8Array(await new Response(packed).arrayBuffer()), coded: true };
}
