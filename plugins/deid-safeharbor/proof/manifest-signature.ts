// Signs the last line of a manifest and checks such a signature (Ed25519, RFC 8032).
import { createHash, createPublicKey, type KeyObject, sign, verify } from "node:crypto";
import type { SigningKey } from "@thalamus/sdk";

/** What is signed begins with it, so that the signature is good for nothing else. */
const PURPOSE = "thalamus.deid-manifest/1\n";
const SIGNATURE = /,"signature":"([A-Za-z0-9+/=]+)"\}$/;

/** A line of JSON, an object, with a signature over all of it as its last field. */
export function signedLine(content: Readonly<Record<string, unknown>>, key: SigningKey): string {
  const line = JSON.stringify({ ...content, keyId: key.keyId, publicKey: key.publicKeyPem });
  const signature = sign(null, Buffer.from(PURPOSE + line), key.privateKey).toString("base64");
  return line.replace(/\}$/, `,"signature":"${signature}"}`);
}

/** Whether a signed line is as the holder of a key wrote it. */
export function isSignedBy(line: string, publicKey: KeyObject): boolean {
  const found = SIGNATURE.exec(line);
  if (!found) return false;
  const content = `${line.slice(0, found.index)}}`;
  return verify(null, Buffer.from(PURPOSE + content), publicKey, Buffer.from(found[1]!, "base64"));
}

/**
 * @param pem SPKI in PEM
 * @returns undefined when it is no Ed25519 public key
 */
export function readPublicKey(pem: unknown): KeyObject | undefined {
  if (typeof pem !== "string" || !pem.includes("PUBLIC KEY")) return undefined;
  try {
    const key = createPublicKey(pem);
    return key.asymmetricKeyType === "ed25519" ? key : undefined;
  } catch {
    return undefined;
  }
}

/** First 16 hex digits of the SHA-256 of the public key (SPKI, DER). */
export function keyIdOf(publicKey: KeyObject): string {
  const der = publicKey.export({ type: "spki", format: "der" });
  return createHash("sha256").update(der).digest("hex").slice(0, 16);
}
