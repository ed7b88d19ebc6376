// Takes parts of uploads at the addresses that were given out for them; nobody shows a key here.
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { OrderDesk } from "@thalamus/sdk";
import { Pace } from "@thalamus/sdk/web";
import { type Exchange, stopping } from "./exchange.ts";
import { deskProblem } from "./generation-2/desk-problems.ts";
import type { CloudApiCounts } from "./metrics.ts";
import { Refusal } from "./refusal.ts";

export interface PartDoorParts {
  readonly desk: OrderDesk;
  readonly counts: CloudApiCounts;
  readonly maxBytes: number;
  readonly maxUploads: number;
}

export class PartDoor {
  readonly #parts: PartDoorParts;
  #open = 0;

  constructor(parts: PartDoorParts) {
    this.#parts = parts;
  }

  /**
   * @param address what follows `/parts/`
   * @throws Refusal
   */
  async serve(exchange: Exchange, address: string): Promise<void> {
    if (exchange.method !== "PUT") {
      const message = "A part comes with PUT.";
      throw new Refusal(405, "cloud-api.wrong-method", message, { headers: { Allow: "PUT" } });
    }
    if (this.#open >= this.#parts.maxUploads) {
      const message = "Too many uploads at once (maxUploads). Try again later.";
      throw new Refusal(503, "cloud-api.busy", message, { retryAfter: 10 });
    }
    this.#open += 1;
    try {
      await this.#take(exchange, address);
    } finally {
      this.#open -= 1;
    }
  }

  async #take(exchange: Exchange, address: string): Promise<void> {
    const { desk, counts, maxBytes } = this.#parts;
    const announced = lengthOf(exchange);
    if (announced !== undefined && announced > maxBytes) throw tooLarge();
    const part = new PartStream(exchange, maxBytes);
    try {
      const arriving = pipeline(exchange.request, part.stream);
      // the desk tells what went wrong; the pipe only tells that it did
      arriving.catch(() => {});
      const { etag } = await desk.receivePart(address, part.stream, announced);
      await arriving;
      exchange.empty(200, { ETag: `"${etag.replaceAll('"', "")}"` });
    } catch (error) {
      throw part.refusal ?? deskProblem(error) ?? goneOr(exchange, error);
    } finally {
      part.end();
      counts.received(part.bytes);
      exchange.fields["bytes"] = part.bytes;
    }
  }
}

/** A body on its way, with a limit in bytes and in time. */
class PartStream {
  readonly stream: Transform;
  /** Why it was broken off on our side. */
  refusal: Refusal | undefined;
  bytes = 0;
  readonly #pace: Pace;
  readonly #forget: () => void;

  constructor({ idleMs, signal }: Exchange, maxBytes: number) {
    this.#pace = new Pace(idleMs, () => {
      this.#break(new Refusal(408, "cloud-api.slow-body", "The part did not arrive in time. Send it again."));
    });
    this.stream = new Transform({
      transform: (piece: Buffer, _encoding, done) => {
        this.bytes += piece.length;
        this.#pace.progress(piece.length);
        if (this.bytes > maxBytes) this.#break(tooLarge());
        else done(null, piece);
      },
    });
    const stopped = () => this.#break(stopping());
    signal.addEventListener("abort", stopped, { once: true });
    this.#forget = () => signal.removeEventListener("abort", stopped);
    if (signal.aborted) stopped();
  }

  end(): void {
    this.#pace.end();
    this.#forget();
    this.stream.destroy();
  }

  #break(refusal: Refusal): void {
    this.refusal ??= refusal;
    this.stream.destroy(refusal);
  }
}

function lengthOf(exchange: Exchange): number | undefined {
  const text = exchange.header("content-length");
  return text === undefined ? undefined : Number(text);
}

const tooLarge = (): Refusal =>
  new Refusal(413, "cloud-api.too-large", "The part is larger than this server takes (maxPartMegabytes).");

/** A client that goes away in the middle is no bug of ours. */
function goneOr({ request }: Exchange, error: unknown): unknown {
  if (!request.destroyed || request.complete) return error;
  return new Refusal(400, "cloud-api.gone", "The part broke off. Send it again.");
}
