// Tells a web service: one POST with a body by template, a key for repeats, and a signature if wanted.
import { createHmac } from "node:crypto";
import { readFile } from "node:fs/promises";
import {
  type Http,
  type HttpDestination,
  HttpError,
  Permanent,
  type ProbeReport,
  Transient,
} from "@thalamus/sdk";
import type { WebhookSettings } from "./settings.ts";

/** Worth another try: time-out, too early, too many (RFC 9110, 8470, 6585); all from 500 on too. */
const AGAIN = new Set([408, 425, 429]);

/**
 * @param id the same for a repeat
 * @returns what the service answered; nothing of its body, which may quote what it was told
 * @throws Transient `notify.unreachable`, `notify.deferred`; Permanent `notify.not-accepted`, `notify.refused`
 */
export async function tellWebhook(
  http: Http,
  webhook: WebhookSettings,
  body: string,
  id: string,
  signal: AbortSignal,
): Promise<{ status: number; url: string }> {
  const headers = {
    "content-type": "application/json",
    "idempotency-key": id,
    ...(await signature(webhook, body)),
  };
  const request = { method: "POST" as const, headers, body };
  const { status, retryAfterMs } = await http
    .send(destinationOf(webhook), request, signal)
    .catch((error: unknown) => {
      if (!(error instanceof HttpError)) throw error;
      if (error.permanent) throw new Permanent("notify.not-accepted", error.message);
      throw new Transient("notify.unreachable", error.message);
    });
  const words = `The service answered ${status}.`;
  if (AGAIN.has(status) || status >= 500) throw new Transient("notify.deferred", words, retryAfterMs);
  if (status < 200 || status >= 300) throw new Permanent("notify.refused", words);
  return { status, url: new URL(webhook.url).origin };
}

/** Answers to OPTIONS of a service that is there and takes nothing but POST. */
const ONLY_POST = new Set([400, 405, 415, 422, 501]);

/** Asks the service something that changes nothing. */
export async function probeWebhook(
  http: Http,
  webhook: WebhookSettings,
  signal: AbortSignal,
): Promise<ProbeReport> {
  const asked = { method: "OPTIONS" as const };
  const report = await http.probe(destinationOf(webhook), asked, signal);
  const last = report.stages?.at(-1);
  if (report.ok || last?.stage !== "accepted") return report;
  const answer = await http.send(destinationOf(webhook), asked, signal).catch(() => undefined);
  if (!answer || !ONLY_POST.has(answer.status)) return report;
  const message = `The service is there; it answered ${answer.status} to a question that tells nothing.`;
  return {
    ok: true,
    message,
    stages: [...report.stages!.slice(0, -1), { stage: "accepted", ok: true, message }],
  };
}

/** HMAC-SHA-256 over time, method, path with query, and body, with a line feed between; NOTES.md tells receivers. */
async function signature(webhook: WebhookSettings, body: string): Promise<Record<string, string>> {
  const secret = await secretOf(webhook);
  if (secret === undefined) return {};
  const { pathname, search } = new URL(webhook.url);
  const timestamp = String(Math.floor(Date.now() / 1000));
  const hmac = createHmac("sha256", secret).update(`${timestamp}\nPOST\n${pathname}${search}\n${body}`);
  return { "x-thalamus-timestamp": timestamp, "x-thalamus-signature": `v1=${hmac.digest("hex")}` };
}

/** @throws Permanent `notify.password-file` */
async function secretOf({ secret, secretFile }: WebhookSettings): Promise<string | undefined> {
  if (secretFile === undefined) return secret;
  try {
    return (await readFile(secretFile, "utf8")).trim();
  } catch (error) {
    const { code = "unknown" } = error as NodeJS.ErrnoException;
    throw new Permanent("notify.password-file", `The file with the secret cannot be read (${code}).`);
  }
}

const destinationOf = ({ url, caFile, privateNetworks }: WebhookSettings): HttpDestination => ({
  url,
  privateNetworks,
  ...(caFile === undefined ? {} : { tls: { caFile } }),
});
