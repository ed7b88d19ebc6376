// Several senders that never rest: associations of some objects each, begun anew wherever they were cut off.
import type { SeededRandom } from "../../../sdk/testing/seeded-random.ts";
import { MessageFramer, messageIdOf } from "../../bench/load/framed-messages.ts";
import { LoadAssociation } from "../../bench/load/load-association.ts";
import type { Fleet } from "./fleet.ts";
import type { KillableHub } from "./killable-hub.ts";
import type { SentBooks } from "./sent-books.ts";
import { type SmallObject, smallObject } from "./small-objects.ts";

const LONGEST_ASSOCIATION = 40;
/** Of two senders that begin something new, one takes part in the study of another. */
const SHARES_A_STUDY = 0.3;
/** Sends an object again although it was acknowledged, as real senders do after a doubt. */
const SENDS_AGAIN = 0.03;
/** After a broken connection the object in hand comes again; the others give it up. */
const RESENDS = 0.7;

export interface ModalitiesParts {
  readonly fleet: Fleet;
  readonly books: SentBooks;
  readonly random: SeededRandom;
  readonly senders: number;
  /** Number of the first study; those before it are taken. */
  readonly firstStudy: number;
}

export class Modalities {
  readonly #parts: ModalitiesParts;
  readonly #nextNumbers = new Map<number, number>();
  #nextStudy: number;
  #stopping = false;
  #running: Promise<unknown> = Promise.resolve();

  constructor(parts: ModalitiesParts) {
    this.#parts = parts;
    this.#nextStudy = parts.firstStudy;
  }

  /** Numbers of the studies that were begun. */
  get studies(): ReadonlySet<number> {
    return new Set(this.#nextNumbers.keys());
  }

  get nextStudy(): number {
    return this.#nextStudy;
  }

  start(): void {
    const senders = Array.from({ length: this.#parts.senders }, () => this.#work());
    this.#running = Promise.all(senders);
  }

  /** Every sender ends its object and releases its association. */
  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#running;
  }

  async #work(): Promise<void> {
    const { fleet, random } = this.#parts;
    const framer = new MessageFramer();
    let inHand: SmallObject | undefined;
    let study = this.#pickStudy();
    while (!this.#stopping) {
      const hub = await fleet.anyone();
      const left = await this.#oneAssociation(hub, framer, study, inHand);
      const broken = left !== undefined;
      inHand = broken && random.uniform() < RESENDS ? left : undefined;
      // after a break the sender goes on with its study or leaves it as it is
      if (!broken || random.uniform() < 0.5) study = this.#pickStudy();
    }
  }

  /** @returns the object whose fate is not known when the connection broke */
  async #oneAssociation(
    hub: KillableHub,
    framer: MessageFramer,
    study: number,
    first: SmallObject | undefined,
  ): Promise<SmallObject | undefined> {
    const { books, random } = this.#parts;
    const count = 1 + Math.floor(random.uniform() * LONGEST_ASSOCIATION);
    let inHand = first ?? this.#next(study);
    let association: LoadAssociation | undefined;
    try {
      const { sopClassUid, transferSyntaxUid } = inHand;
      const peer = { port: hub.dicomPort, calledAe: "THALAMUS", sopClassUid, transferSyntaxUid };
      association = await LoadAssociation.open(peer);
      for (let sent = 0; sent < count && !this.#stopping; sent += 1) {
        const entry = books.sending(inHand);
        const [message] = framer.frame([inHand], inHand.study, association.maxPduLength);
        const status = await association.store(message!, messageIdOf(0));
        books.answered(entry, status);
        // what was refused comes again, and sometimes what was not
        if (status === 0 && random.uniform() >= SENDS_AGAIN) inHand = this.#next(study);
      }
      await association.release();
      return undefined;
    } catch (error) {
      // a connection may break because its hub was killed, and for no other reason
      if (this.#parts.fleet.lives(hub)) books.strange.push((error as Error).message);
      return inHand;
    } finally {
      association?.destroy();
    }
  }

  #pickStudy(): number {
    const { random } = this.#parts;
    const last = this.#nextStudy - 1;
    if (this.#nextNumbers.has(last) && random.uniform() < SHARES_A_STUDY) return last;
    this.#nextStudy += 1;
    return this.#nextStudy - 1;
  }

  #next(study: number): SmallObject {
    const number = this.#nextNumbers.get(study) ?? 0;
    this.#nextNumbers.set(study, number + 1);
    return smallObject(study, number);
  }
}
