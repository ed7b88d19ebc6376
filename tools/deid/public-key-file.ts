// The public key beside the copies, with which everybody can check their manifests.
import { randomUUID } from "node:crypto";
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const NAME = "site-public-key.pem";

/** @param pem SPKI; whole or not there at all */
export function placePublicKey(out: string, pem: string): void {
  const path = join(out, NAME);
  if (existsSync(path)) return;
  const partial = join(out, `.work-${randomUUID()}`);
  writeFileSync(partial, pem, { flush: true });
  renameSync(partial, path);
}

/** @returns nothing when there is none */
export function publicKeyIn(out: string): string | undefined {
  const path = join(out, NAME);
  return existsSync(path) ? readFileSync(path, "utf8") : undefined;
}
