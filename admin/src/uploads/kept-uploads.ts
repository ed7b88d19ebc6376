// What is kept of unfinished uploads over a reload: ids and numbers, nothing of a patient; shared by the tabs of a browser.
import { KEPT_KEY } from "./dock-door.ts";

/** Its folder and its files have names, and those may be a patient's: they are not here. */
export interface KeptUpload {
  readonly id: string;
  /** Tells whether the same files were chosen again; from it nothing can be read back. */
  readonly fingerprint: string;
  readonly files: number;
  readonly bytes: number;
  /** Whole percent that had been sent. */
  readonly percent: number;
}

type TabMessage = { readonly who: true } | { readonly mine: string[] } | { readonly gone: string[] };

class KeptUploads {
  readonly #listeners = new Set<() => void>();
  /** Uploads that another tab of this browser sends. */
  readonly #elsewhere = new Set<string>();
  readonly #mine = new Set<string>();
  readonly #tabs =
    typeof BroadcastChannel === "undefined" ? undefined : new BroadcastChannel("thalamus-uploads");
  #stopped: readonly KeptUpload[] = [];

  constructor() {
    this.#tabs?.addEventListener("message", ({ data }: MessageEvent<TabMessage>) => this.#hear(data));
    this.#tell({ who: true });
    window.addEventListener("storage", ({ key }) => key === KEPT_KEY && this.#changed());
    // a tab that is closed sends no more
    window.addEventListener("pagehide", () => this.#tell({ gone: [...this.#mine] }));
    this.#changed();
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Those that nobody sends: the same object until something changes. */
  readonly stopped = (): readonly KeptUpload[] => this.#stopped;

  /** This tab sends it, and writes down how far it is. */
  keep(upload: KeptUpload): void {
    if (!this.#mine.has(upload.id)) {
      this.#mine.add(upload.id);
      this.#tell({ mine: [upload.id] });
    }
    write([...read().filter(({ id }) => id !== upload.id), upload]);
    this.#changed();
  }

  /** It is over. */
  forget(id: string): void {
    this.#mine.delete(id);
    write(read().filter((one) => one.id !== id));
    this.#changed();
  }

  /** This tab sends it no more; somebody may go on with it. */
  letGo(id: string): void {
    this.#mine.delete(id);
    this.#tell({ gone: [id] });
    this.#changed();
  }

  #tell(message: TabMessage): void {
    this.#tabs?.postMessage(message);
  }

  #hear(message: TabMessage): void {
    if ("who" in message) {
      if (this.#mine.size > 0) this.#tell({ mine: [...this.#mine] });
      return;
    }
    if ("mine" in message) for (const id of message.mine) this.#elsewhere.add(id);
    else for (const id of message.gone) this.#elsewhere.delete(id);
    this.#changed();
  }

  #changed(): void {
    this.#stopped = read().filter(({ id }) => !this.#mine.has(id) && !this.#elsewhere.has(id));
    for (const listener of this.#listeners) listener();
  }
}

function read(): KeptUpload[] {
  try {
    return JSON.parse(localStorage.getItem(KEPT_KEY) ?? "[]") as KeptUpload[];
  } catch {
    // somebody else wrote there
    return [];
  }
}

function write(uploads: readonly KeptUpload[]): void {
  if (uploads.length > 0) localStorage.setItem(KEPT_KEY, JSON.stringify(uploads));
  else localStorage.removeItem(KEPT_KEY);
}

export const keptUploads = new KeptUploads();
