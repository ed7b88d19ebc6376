// Follows the hub's live changes over server-sent events and comes back by itself after a break.

/** What can change; `organisation` stands for its members, keys and products too. */
export type ChangedResource =
  | ("study" | "step" | "result" | "upload" | "lane" | "chore" | "group" | "hub")
  | ("organisation" | "agent");

/** A change as the hub tells it; ids, states and numbers, never PHI. */
export interface LiveChange {
  readonly resource: ChangedResource;
  readonly id: string;
  readonly kind: "created" | "updated" | "deleted";
  readonly studyId?: string;
  readonly patch?: Readonly<Record<string, string | number | null>>;
}

export type LiveState = "connecting" | "live" | "reconnecting" | "signed-out";

export interface LiveStreamOptions {
  readonly url: string;
  readonly onChange: (change: LiveChange) => void;
  /** Changes may have been missed: what is on the screen must be read again. */
  readonly onGap: () => void;
  readonly onState: (state: LiveState) => void;
  /** Asked after a refused connection, since an EventSource does not tell why. */
  readonly isSignedIn: () => Promise<boolean>;
}

/** The hub sends something every 15 s; after this long without anything the line is dead without saying so. */
const SILENCE_MS = 40_000;
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 15_000;

export class LiveStream {
  readonly #options: LiveStreamOptions;
  #source: EventSource | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #silence: ReturnType<typeof setTimeout> | undefined;
  #waitMs = FIRST_WAIT_MS;
  #wasLive = false;
  #stopped = true;

  constructor(options: LiveStreamOptions) {
    this.#options = options;
  }

  start(): void {
    if (!this.#stopped) return;
    this.#stopped = false;
    window.addEventListener("online", this.#retryNow);
    this.#open();
  }

  stop(): void {
    this.#stopped = true;
    window.removeEventListener("online", this.#retryNow);
    clearTimeout(this.#timer);
    clearTimeout(this.#silence);
    this.#source?.close();
    this.#source = undefined;
  }

  #heard(): void {
    clearTimeout(this.#silence);
    this.#silence = setTimeout(this.#retryNow, SILENCE_MS);
  }

  #open(): void {
    const { url, onChange, onGap, onState } = this.#options;
    onState(this.#wasLive ? "reconnecting" : "connecting");
    const source = new EventSource(url);
    this.#source = source;
    source.addEventListener("ready", () => {
      this.#heard();
      this.#waitMs = FIRST_WAIT_MS;
      onState("live");
      if (this.#wasLive) onGap();
      this.#wasLive = true;
    });
    source.addEventListener("ping", () => this.#heard());
    source.addEventListener("changed", (event) => {
      this.#heard();
      onChange(JSON.parse(event.data as string) as LiveChange);
    });
    source.addEventListener("gap", () => onGap());
    source.addEventListener("error", () => {
      onState("reconnecting");
      // after a network error the browser tries again itself; after a refusal it gives up
      if (source.readyState === EventSource.CLOSED) void this.#retryLater();
    });
  }

  async #retryLater(): Promise<void> {
    const { isSignedIn, onState } = this.#options;
    const signedIn = await isSignedIn().catch(() => true);
    if (this.#stopped) return;
    if (!signedIn) {
      onState("signed-out");
      return;
    }
    clearTimeout(this.#timer);
    this.#timer = setTimeout(this.#retryNow, this.#waitMs);
    this.#waitMs = Math.min(this.#waitMs * 2, LONGEST_WAIT_MS);
  }

  readonly #retryNow = (): void => {
    if (this.#stopped) return;
    clearTimeout(this.#timer);
    this.#source?.close();
    this.#open();
  };
}
