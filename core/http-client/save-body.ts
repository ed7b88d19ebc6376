// Writes the body of an answer to a file as it comes, with its size and checksum.
import { createHash } from "node:crypto";
import { open } from "node:fs/promises";
import type { HttpAnswer, HttpFile } from "@thalamus/sdk";

type Saved = Required<Pick<HttpAnswer, "body" | "isTruncated" | "saved">>;

export async function saveBody(
  body: AsyncIterable<Uint8Array>,
  { path, maxBytes }: HttpFile,
): Promise<Saved> {
  const hash = createHash("sha256");
  let bytes = 0;
  const file = await open(path, "w", 0o600);
  try {
    for await (const part of body) {
      // leaving the loop ends the connection
      if (bytes + part.length > maxBytes) return { body: Buffer.alloc(0), isTruncated: true, saved: NOTHING };
      bytes += part.length;
      hash.update(part);
      await file.writeFile(part);
    }
  } finally {
    await file.close();
  }
  const saved = { bytes, sha256: hash.digest("hex") };
  return { body: Buffer.alloc(0), isTruncated: false, saved };
}

const NOTHING = { bytes: 0, sha256: "" };
