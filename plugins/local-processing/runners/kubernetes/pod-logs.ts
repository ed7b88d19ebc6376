// Follows what a pod prints, over lost connections, without a line twice.
import { setTimeout as delay } from "node:timers/promises";
import { LineCutter } from "../product-lines.ts";
import type { KubernetesApi } from "./kubernetes-api.ts";

/** The API server ends idle streams, and kubelets those of logs that are rotated. */
const AGAIN_MS = 250;

/**
 * Comes back when the container has ended and everything it printed was heard.
 * @param ended settled when the container will print no more
 */
export async function followLogs(
  api: KubernetesApi,
  pod: string,
  onLine: (line: string) => void,
  ended: Promise<unknown>,
): Promise<void> {
  let heard = "";
  let isOver = false;
  const over = ended
    .catch(() => undefined)
    .then(() => {
      isOver = true;
    });
  for (;;) {
    // what was printed before the container ended is still to be had after it
    const last = isOver;
    const before = heard;
    const hear = (text: string) => {
      // the time, a blank, and what was printed
      const end = text.indexOf(" ");
      const at = end < 0 ? text : text.slice(0, end);
      if (at <= before) return;
      heard = at;
      onLine(end < 0 ? "" : text.slice(end + 1));
    };
    // a line that breaks is taken up again below
    await followOnce(api, pod, before, hear).catch(() => undefined);
    if (last) return;
    await Promise.race([over, delay(AGAIN_MS, undefined, { ref: false })]);
  }
}

async function followOnce(
  api: KubernetesApi,
  pod: string,
  since: string,
  hear: (text: string) => void,
): Promise<void> {
  const cutter = new LineCutter(hear);
  const body = await api.logs(pod, since || undefined);
  for await (const chunk of body) cutter.feed(chunk as Buffer);
  cutter.end();
}
