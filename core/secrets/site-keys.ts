// Everything that is derived from the site's secret: keys for HMAC, the signing key, the key that seals.
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  createSecretKey,
  hkdfSync,
  type KeyObject,
} from "node:crypto";
import type { SigningKey, SiteKeys } from "@thalamus/sdk";

export const SECRET_BYTES = 32;
/** Salt of every derivation (RFC 5869 2.2); a change of it would change every pseudonym. */
const SALT = "thalamus site key 1";
/** Head of a PKCS #8 private key of Ed25519 (RFC 8410 7); the 32 bytes of the seed follow. */
const ED25519_HEAD = Buffer.from("302e020100300506032b657004220420", "hex");

/** What the hub itself has beyond what plugins may ask for. */
export interface HubKeys extends SiteKeys {
  /** First 16 hex digits of a hash that only the secret gives; tells secrets apart and says nothing about them. */
  readonly keyId: string;
  /** AES-256 key for what is sealed at rest. */
  readonly sealing: KeyObject;
}

/**
 * The same keys for the same secret for ever (HKDF-SHA-256, RFC 5869).
 * @param secret 32 bytes
 */
export function deriveSiteKeys(secret: Uint8Array): HubKeys {
  if (secret.length !== SECRET_BYTES) throw new RangeError(`a site's secret has ${SECRET_BYTES} bytes`);
  const derive = (info: string) => Buffer.from(hkdfSync("sha256", secret, SALT, info, 32));
  const known = new Map<string, KeyObject>();
  return {
    hmacKey: (purpose) => {
      const key = known.get(purpose) ?? createSecretKey(derive(`hmac ${purpose}`));
      known.set(purpose, key);
      return key;
    },
    signing: signingKey(derive("sign")),
    sealing: createSecretKey(derive("seal")),
    keyId: derive("id").toString("hex").slice(0, 16),
  };
}

/** Purposes of the hub's own keys begin so; no plugin gets one of them. */
export const OWN_PURPOSE = "hub.";

/** What plugins may ask for. */
export const keysForPlugins = ({ hmacKey, signing }: HubKeys): SiteKeys => ({
  hmacKey: (purpose) => {
    if (purpose.startsWith(OWN_PURPOSE)) throw new RangeError("a purpose begins with the name of the plugin");
    return hmacKey(purpose);
  },
  signing,
});

function signingKey(seed: Buffer): SigningKey {
  const privateKey = createPrivateKey({
    key: Buffer.concat([ED25519_HEAD, seed]),
    format: "der",
    type: "pkcs8",
  });
  const publicKey = createPublicKey(privateKey);
  const der = publicKey.export({ format: "der", type: "spki" });
  return {
    privateKey,
    publicKeyPem: publicKey.export({ format: "pem", type: "spki" }) as string,
    keyId: createHash("sha256").update(der).digest("hex").slice(0, 16),
  };
}
