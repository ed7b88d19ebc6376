// The address of one part at the hub's own door: what it is good for stands in it, signed, and it is good for nothing else.
import { createHmac, type KeyObject, timingSafeEqual } from "node:crypto";

export interface PartClaim {
  readonly uploadId: string;
  /** From 1 on. */
  readonly number: number;
  readonly expiresAt: Date;
  /** The content must have it; lower-case hex. */
  readonly sha256?: string | undefined;
}

/** Of the layout below; another one would have another number. */
const VERSION = 1;
const CLAIM_BYTES = 23;
const HASH_BYTES = 32;

/** 74 or 117 characters of base64url: version, upload, number, expiry in seconds, SHA-256 if named, HMAC-SHA-256. */
export function sealAddress(key: KeyObject, { uploadId, number, expiresAt, sha256 = "" }: PartClaim): string {
  const claim = Buffer.alloc(CLAIM_BYTES);
  claim.writeUInt8(VERSION, 0);
  claim.write(uploadId.replaceAll("-", ""), 1, "hex");
  claim.writeUInt16BE(number, 17);
  claim.writeUInt32BE(Math.floor(expiresAt.getTime() / 1000), 19);
  const whole = Buffer.concat([claim, Buffer.from(sha256, "hex")]);
  return Buffer.concat([whole, macOf(key, whole)]).toString("base64url");
}

/** @returns undefined when it was not made with this key, or has expired */
export function openAddress(key: KeyObject, address: string, now = new Date()): PartClaim | undefined {
  const bytes = Buffer.from(address, "base64url");
  const claimed = bytes.length - HASH_BYTES;
  if (claimed !== CLAIM_BYTES && claimed !== CLAIM_BYTES + HASH_BYTES) return undefined;
  const whole = bytes.subarray(0, claimed);
  if (!timingSafeEqual(bytes.subarray(claimed), macOf(key, whole))) return undefined;
  // one address has one spelling
  if (bytes.toString("base64url") !== address || whole.readUInt8(0) !== VERSION) return undefined;
  const expiresAt = new Date(whole.readUInt32BE(19) * 1000);
  if (expiresAt <= now) return undefined;
  const sha256 = whole.toString("hex", CLAIM_BYTES);
  return {
    uploadId: whole.toString("hex", 1, 17).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5"),
    number: whole.readUInt16BE(17),
    expiresAt,
    ...(sha256 === "" ? {} : { sha256 }),
  };
}

const macOf = (key: KeyObject, claim: Buffer): Buffer => createHmac("sha256", key).update(claim).digest();
