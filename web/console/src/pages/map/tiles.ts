/** Pictures under the map, where whoever runs the server has set an address; by default none. */
export interface Tiles {
  readonly address: string;
  readonly attribution: string;
}

function said(name: string): string {
  return document.querySelector(`meta[name="${name}"]`)?.getAttribute('content') ?? '';
}

export function tilesOf(): Tiles | undefined {
  const address = said('kumkm-map-tiles');
  if (!address.includes('{z}')) return undefined; // as the development server leaves it
  const words = document.createElement('span');
  words.textContent = said('kumkm-map-attribution');
  return { address, attribution: words.innerHTML }; // MapLibre takes HTML
}
