// Lets no more requests to one destination run than it bears.
import { HttpError, type HttpLimits } from "@thalamus/sdk";
import Bottleneck from "bottleneck";

export class RequestLimits {
  readonly #limiter: Bottleneck;

  constructor({ concurrent, perInterval, intervalMs = 1000 }: HttpLimits) {
    this.#limiter = new Bottleneck({
      ...(concurrent === undefined ? {} : { maxConcurrent: concurrent }),
      ...(perInterval === undefined
        ? {}
        : {
            reservoir: perInterval,
            reservoirRefreshAmount: perInterval,
            reservoirRefreshInterval: Math.max(250, Math.ceil(intervalMs / 250) * 250),
          }),
    });
  }

  /** Runs the work when it is its turn; gives up its place when the signal is aborted. */
  async run<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    signal.throwIfAborted();
    const { promise: aborted, reject } = Promise.withResolvers<never>();
    const abort = () => reject(signal.reason as Error);
    signal.addEventListener("abort", abort, { once: true });
    const done = this.#limiter.schedule(async () => {
      signal.removeEventListener("abort", abort);
      signal.throwIfAborted();
      return work();
    });
    try {
      return await Promise.race([done, aborted]);
    } catch (error) {
      // the loser of the race is heard too
      done.catch(() => {});
      if (error instanceof Bottleneck.BottleneckError)
        throw new HttpError("http.stopping", "The hub is stopping.");
      throw error;
    } finally {
      signal.removeEventListener("abort", abort);
    }
  }

  stop(): void {
    void this.#limiter.stop({ dropWaitingJobs: true });
    void this.#limiter.disconnect();
  }
}
