// Keys of a site that does not exist, for tests of plugins.
import { createHash, createSecretKey, generateKeyPairSync } from "node:crypto";
import type { SiteKeys } from "../services/site-keys.ts";

/** @param site another name is another site: other HMAC keys; the signing key is a new one at every call */
export function testSiteKeys(site = "test"): SiteKeys {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  const der = publicKey.export({ format: "der", type: "spki" });
  return {
    hmacKey: (purpose) => createSecretKey(createHash("sha256").update(`${site} ${purpose}`).digest()),
    signing: {
      privateKey,
      publicKeyPem: publicKey.export({ format: "pem", type: "spki" }) as string,
      keyId: createHash("sha256").update(der).digest("hex").slice(0, 16),
    },
  };
}
