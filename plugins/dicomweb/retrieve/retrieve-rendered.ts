// Rendered pictures and thumbnails (PS3.18 10.4.1.1.3 and 10.4.1.1.5): made by the hub, one at a time.
import { type ArchivedInstance, PictureRefused, type PictureWish } from "@thalamus/sdk";
import { answer } from "@thalamus/sdk/web";
import type { Exchange } from "../exchange.ts";
import type { DicomwebCounts } from "../metrics.ts";
import { Refusal } from "../refusal.ts";

/** @throws Refusal with the code of the hub's own pictures */
export async function retrieveRendered(
  exchange: Exchange,
  instance: ArchivedInstance,
  wish: PictureWish,
  counts: DicomwebCounts,
): Promise<void> {
  const { request, response } = exchange;
  const gone = new AbortController();
  response.once("close", () => gone.abort());
  const signal = AbortSignal.any([gone.signal, exchange.signal]);
  const picture = await instance.render(wish, signal).catch((error: unknown) => {
    if (error instanceof PictureRefused) throw new Refusal(error.status, error.code, error.message);
    // nobody waits for it any more
    if (signal.aborted) return undefined;
    throw error;
  });
  if (!picture) return;
  counts.sent(picture.bytes.length);
  answer(request, response, 200, { "Content-Type": `image/${wish.format}` }, picture.bytes);
}
