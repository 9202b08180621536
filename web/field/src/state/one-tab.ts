// One tab works; the others say so. The browser itself gives the lock on when the tab that has it ends, however it ends.

const NAME = 'kumkm-field';

/**
 * Ask for the lock and keep it as long as this page lives.
 *
 * @param steal take it from the tab that has it. @param lost called where another tab took it.
 * @returns whether this tab has it.
 */
export function takeLock(steal: boolean, lost: () => void): Promise<boolean> {
  const { locks } = navigator;
  if (locks === undefined) return Promise.resolve(true);
  return new Promise((told) => {
    const options = steal ? { steal: true } : { ifAvailable: true };
    locks
      .request(NAME, options, (lock) => {
        told(lock !== null);
        return lock === null ? undefined : new Promise(() => {});
      })
      .catch(lost);
  });
}
