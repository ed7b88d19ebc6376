// When somebody last did something in this console, in any of its tabs; and that the hub hears of it.
import { callApi } from "@thalamus/sdk/ui";

const SIGNS = ["pointerdown", "keydown", "wheel", "touchstart"] as const;
/** Other tabs, and the hub, hear of it at most so often. */
const TELL_MS = 5_000;
const TOUCH_MS = 60_000;

export class Activity {
  /** In milliseconds since 1970: a machine that slept has aged. */
  lastAt = Date.now();
  /** While somebody is asked whether they are there, only their answer counts. */
  asking = false;
  readonly #channel =
    typeof BroadcastChannel === "undefined" ? undefined : new BroadcastChannel("thalamus-activity");
  readonly #heard: () => void;
  #toldAt = 0;
  #touchedAt = Date.now();

  /** @param heard somebody is there after all, in another tab */
  constructor(heard: () => void) {
    this.#heard = heard;
    for (const sign of SIGNS) window.addEventListener(sign, this.#sign, { passive: true, capture: true });
    this.#channel?.addEventListener("message", this.#elsewhere);
  }

  /** Somebody is there. */
  now(): void {
    this.lastAt = Date.now();
    if (this.lastAt - this.#toldAt > TELL_MS) {
      this.#toldAt = this.lastAt;
      this.#channel?.postMessage("here");
    }
    // whoever reads or types for long asks the hub for nothing, and its clock runs
    if (this.lastAt - this.#touchedAt > TOUCH_MS) this.touch();
  }

  /** The session goes on at the hub. */
  touch(): void {
    this.#touchedAt = Date.now();
    void callApi("/api/session").catch(() => undefined);
  }

  stop(): void {
    for (const sign of SIGNS) window.removeEventListener(sign, this.#sign, { capture: true });
    this.#channel?.close();
  }

  readonly #sign = () => {
    if (!this.asking) this.now();
  };

  readonly #elsewhere = () => {
    this.lastAt = Date.now();
    this.#heard();
  };
}
