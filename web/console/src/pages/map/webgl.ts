/** Whether the browser draws by WebGL; old machines and some offices' policies have none. */
export function hasWebGl(): boolean {
  const canvas = document.createElement('canvas');
  try {
    return canvas.getContext('webgl2') !== null;
  } catch {
    return false;
  }
}
