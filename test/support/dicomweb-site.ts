// A real hub with both doors, DICOM and DICOMweb, and what tests need to use the second one.
import { createHash, randomUUID } from "node:crypto";
import { createDicomSender } from "../../core/dicom/dicom-sender.ts";
import type { Hub } from "../../core/hub.ts";
import { ApiClient } from "./api-client.ts";
import { DICOM_LISTENER, hubInProcess, newSite, type TestConfig, type TestSite } from "./hub-in-test.ts";

export const SECRET = "6f1d2c0b9a8e7d6c5b4a39281706f5e4";
export const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

/** Entry of the configuration; the client WEB may do everything. */
export const dicomweb = (settings: object = {}): object => ({
  use: "dicomweb",
  settings: { clients: [{ name: "WEB", secretSha256: sha256(SECRET) }], ...settings },
});

export interface DicomwebSite extends AsyncDisposable {
  readonly site: TestSite;
  readonly hub: Hub;
  readonly api: ApiClient;
  /** Address of the service. */
  readonly url: string;
  /** Asks with the secret of WEB, unless other headers say otherwise. */
  ask(path: string, init?: RequestInit): Promise<Response>;
  /** Stores PS3.10 files in one request. */
  store(files: readonly Uint8Array[], path?: string): Promise<Response>;
  /** Sends files over DICOM. */
  send(paths: readonly string[]): Promise<number[]>;
}

export async function dicomwebSite(settings: object = {}, config: TestConfig = {}): Promise<DicomwebSite> {
  const site = await newSite({ plugins: [DICOM_LISTENER, dicomweb(settings)], ...config });
  const hub = await hubInProcess(site);
  const api = await ApiClient.signedIn(hub.http.port);
  const url = `http://127.0.0.1:${hub.http.port}${hub.web.get("dicomweb")}`;
  const ask = (path: string, init: RequestInit = {}) =>
    fetch(`${url}${path}`, {
      ...init,
      headers: { Authorization: `Bearer ${SECRET}`, ...(init.headers as Record<string, string>) },
    });
  return {
    site,
    hub,
    api,
    url,
    ask,
    store: (files, path = "/studies") => {
      const { body, contentType } = multipartOf(files);
      return ask(path, { method: "POST", body, headers: { "Content-Type": contentType } });
    },
    send: async (paths) => {
      const { port } = hub.listeners.get("dicom-scp")!;
      const peer = { host: "127.0.0.1", port, calledAe: "THALAMUS", callingAe: "TESTSCU" };
      const answers = await createDicomSender().store(peer, paths, AbortSignal.timeout(30_000));
      return answers.map(({ status }) => status);
    },
    [Symbol.asyncDispose]: async () => {
      await hub.stop();
      site.remove();
    },
  };
}

/** A body as STOW-RS wants it. */
export function multipartOf(parts: readonly Uint8Array[], type = "application/dicom") {
  const boundary = randomUUID();
  const head = Buffer.from(`--${boundary}\r\nContent-Type: ${type}\r\n\r\n`);
  const pieces = parts.flatMap((part) => [head, part, Buffer.from("\r\n")]);
  const body = Buffer.concat([...pieces, Buffer.from(`--${boundary}--\r\n`)]);
  return { body, boundary, contentType: `multipart/related; type="${type}"; boundary="${boundary}"` };
}

/** Attributes in the DICOM JSON model. */
export type Attributes = Readonly<
  Record<string, { readonly vr: string; readonly Value?: readonly unknown[] }>
>;

/** First value of an attribute. */
export const firstOf = (attributes: Attributes | undefined, tag: string): unknown =>
  attributes?.[tag]?.Value?.[0];

/** Items of a sequence. */
export const itemsOf = (attributes: Attributes | undefined, tag: string): Attributes[] =>
  (attributes?.[tag]?.Value ?? []) as Attributes[];
