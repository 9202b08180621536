/** The path under which the server is handed out, with a slash at its end: `/`, or `/kumkm/` behind a proxy. */
export function basePath(): string {
  const told = document.querySelector('meta[name="kumkm-base"]')?.getAttribute('content') ?? '/';
  return told.startsWith('/') ? told : '/'; // "./" is what the development server leaves
}

/** An address of the API, without a slash at its end. */
export function apiRoot(): string {
  return new URL(basePath(), window.location.origin).href.replace(/\/$/, '');
}
