// Whether there is anything for the upload dock to show: all that a page has to load before somebody uploads.

export const KEPT_KEY = "thalamus.unfinished-uploads";

const listeners = new Set<() => void>();
let wanted = localStorage.getItem(KEPT_KEY) !== null;

export const dockDoor = {
  /** For useSyncExternalStore. */
  subscribe(listener: () => void): () => void {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
  isWanted: (): boolean => wanted,

  open(): void {
    wanted = true;
    for (const listener of listeners) listener();
  },

  /** Set by the queue of uploads once it is there: whether leaving would stop one of them. */
  isSending: (): boolean => false,
  /** Set by it, too: nobody is signed in any more. */
  onLeave: (): void => undefined,
};
