// Bytes that look like chance but are the same for the same number, and numbers drawn from them.
import { createHash } from "node:crypto";

export function noise(seed: number | string, bytes: number): Buffer {
  return createHash("shake256", { outputLength: bytes }).update(String(seed)).digest();
}
