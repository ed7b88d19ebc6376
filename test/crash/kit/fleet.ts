// The hubs of a site that live now; senders ask it whom to call.
import type { SeededRandom } from "../../../sdk/testing/seeded-random.ts";
import { type HubPlace, KillableHub } from "./killable-hub.ts";

export class Fleet implements AsyncDisposable {
  readonly #place: HubPlace;
  readonly #random: SeededRandom;
  readonly #living = new Set<KillableHub>();
  #arrived: (() => void)[] = [];

  constructor(place: HubPlace, random: SeededRandom) {
    this.#place = place;
    this.#random = random;
  }

  get living(): readonly KillableHub[] {
    return [...this.#living];
  }

  lives(hub: KillableHub): boolean {
    return this.#living.has(hub);
  }

  async startOne(): Promise<KillableHub> {
    const hub = await KillableHub.start(this.#place);
    this.#living.add(hub);
    const arrived = this.#arrived;
    this.#arrived = [];
    for (const tell of arrived) tell();
    return hub;
  }

  /** One that lives; waits while there is none. */
  async anyone(): Promise<KillableHub> {
    while (this.#living.size === 0) await new Promise<void>((resolve) => this.#arrived.push(resolve));
    return this.living[Math.floor(this.#random.uniform() * this.#living.size)]!;
  }

  /** kill -9. */
  async killOne(hub: KillableHub): Promise<void> {
    // first, so that whoever loses its connection calls another one
    this.#living.delete(hub);
    await hub.kill();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const all = this.living;
    this.#living.clear();
    await Promise.all(all.map((hub) => hub.stop()));
  }
}
