// Releases and keys for tests.
import { createHash, generateKeyPairSync } from "node:crypto";
import { createGzip } from "node:zlib";
import { pack } from "tar-stream";
import { type Release, type SignedRelease, signRelease } from "../release.ts";

export const KEYS = generateKeyPairSync("ed25519");
export const PUBLIC_KEY = KEYS.publicKey.export({ format: "der", type: "spki" }).toString("base64");

export const sampleRelease = (more: Partial<Release> = {}): Release => ({
  ...{ version: "0.2.0", date: "2026-12-01", notes: "Faster, and a lesson learnt.", bytes: 1000 },
  ...more,
});

export const signedSample = (more: Partial<Release> = {}): SignedRelease => {
  const release = sampleRelease(more);
  return { release, signature: signRelease(release, KEYS.privateKey) };
};

export const feedOf = (...releases: readonly SignedRelease[]): string =>
  JSON.stringify({ format: "thalamus-releases/1", releases });

export const sha256Of = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

export interface PackedEntry {
  readonly header: Parameters<ReturnType<typeof pack>["entry"]>[0];
  readonly content?: string | Uint8Array;
}

/** A TAR with these entries in this order. */
export async function tarOf(entries: readonly PackedEntry[], gzipped = false): Promise<Buffer> {
  const tar = pack();
  for (const { header, content } of entries) {
    if (content === undefined) tar.entry(header);
    else tar.entry(header, Buffer.from(content as string));
  }
  tar.finalize();
  const parts: Buffer[] = [];
  const packed = gzipped ? tar.pipe(createGzip()) : tar;
  for await (const part of packed as AsyncIterable<Buffer>) parts.push(part);
  return Buffer.concat(parts);
}
