// The secure transport connection profiles of PS3.15 annex B, as node:tls wants them told.
import { constants } from "node:crypto";
import type { SecureContextOptions } from "node:tls";

/**
 * - `bcp195`: BCP 195 with RFC 8996 and 9325 (PS3.15 B.12), and the finite field suites of the older B.9
 * - `bcp195-non-downgrading`: exactly the suites that PS3.15 B.10 names, for TLS 1.2
 * - `bcp195-modified`: the strongest suite both sides have (PS3.15 B.13), and no curve below 256 bits
 *
 * None goes below TLS 1.2, none has a suite without forward secrecy or with CBC.
 */
export type TlsProfile = "bcp195" | "bcp195-non-downgrading" | "bcp195-modified";

const TLS13 = ["TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256", "TLS_AES_128_GCM_SHA256"];

const CIPHERS: Readonly<Record<TlsProfile, readonly string[]>> = {
  bcp195: [
    ...TLS13,
    "ECDHE-ECDSA-AES256-GCM-SHA384",
    "ECDHE-RSA-AES256-GCM-SHA384",
    "ECDHE-ECDSA-CHACHA20-POLY1305",
    "ECDHE-RSA-CHACHA20-POLY1305",
    "ECDHE-ECDSA-AES128-GCM-SHA256",
    "ECDHE-RSA-AES128-GCM-SHA256",
    "DHE-RSA-AES256-GCM-SHA384",
    "DHE-RSA-AES128-GCM-SHA256",
  ],
  "bcp195-non-downgrading": [
    ...TLS13,
    "ECDHE-RSA-AES128-GCM-SHA256",
    "DHE-RSA-AES128-GCM-SHA256",
    "ECDHE-RSA-AES256-GCM-SHA384",
    "DHE-RSA-AES256-GCM-SHA384",
  ],
  "bcp195-modified": [
    ...TLS13,
    "ECDHE-ECDSA-AES256-GCM-SHA384",
    "ECDHE-RSA-AES256-GCM-SHA384",
    "DHE-RSA-AES256-GCM-SHA384",
    "ECDHE-ECDSA-CHACHA20-POLY1305",
    "ECDHE-RSA-CHACHA20-POLY1305",
    "DHE-RSA-CHACHA20-POLY1305",
    "ECDHE-ECDSA-AES128-GCM-SHA256",
    "ECDHE-RSA-AES128-GCM-SHA256",
    "DHE-RSA-AES128-GCM-SHA256",
  ],
};

const STRONG_CURVES = "X25519:P-256:P-384:P-521:X448";

/** Versions, cipher suites and curves of a profile, for a client or a server. */
export function tlsProfileOptions(profile: TlsProfile): SecureContextOptions {
  return {
    minVersion: "TLSv1.2",
    maxVersion: "TLSv1.3",
    ciphers: CIPHERS[profile].join(":"),
    honorCipherOrder: true,
    // the well-known groups of RFC 7919 with 2048 bits or more
    dhparam: "auto",
    ...(profile === "bcp195-modified" ? { ecdhCurve: STRONG_CURVES } : {}),
    // A new association does a whole handshake: a session from before the certificates were exchanged must
    // not stand for the check of a certificate. Renegotiation only helps whoever wants to tie up the hub.
    secureOptions: constants.SSL_OP_NO_TICKET | constants.SSL_OP_NO_RENEGOTIATION,
  };
}
