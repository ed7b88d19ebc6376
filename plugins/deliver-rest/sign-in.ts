// Says who the hub is, in the way the destination wants to know it.
import { createHmac } from "node:crypto";
import { readFile } from "node:fs/promises";
import { Permanent } from "@thalamus/sdk";
import type { AccessTokens } from "./access-tokens.ts";
import type { RestSettings } from "./settings.ts";

/** What a signature covers. */
export interface Signed {
  readonly method: string;
  readonly url: string;
  readonly body: AsyncIterable<Uint8Array>;
}

/**
 * @returns headers
 * @throws Permanent `deliver-rest.secret` when the secret cannot be read
 */
export async function signInHeaders(
  auth: RestSettings["auth"],
  signed: Signed,
  tokens: AccessTokens,
  signal: AbortSignal,
): Promise<Record<string, string>> {
  if (auth.kind === "none") return {};
  const secret = await secretOf(auth);
  switch (auth.kind) {
    case "basic":
      return { authorization: `Basic ${Buffer.from(`${auth.user ?? ""}:${secret}`).toString("base64")}` };
    case "bearer":
      return { authorization: `Bearer ${secret}` };
    case "header":
      return { [auth.headerName.toLowerCase()]: secret };
    case "hmac":
      return signature(auth.user ?? "", secret, signed);
    case "oauth2":
      return { authorization: `Bearer ${await tokens.current(secret, signal)}` };
  }
}

/** @throws Permanent `deliver-rest.secret` */
export async function secretOf({ secret, secretFile }: RestSettings["auth"]): Promise<string> {
  if (secretFile === undefined) return secret ?? "";
  try {
    return (await readFile(secretFile, "utf8")).trim();
  } catch (error) {
    const { code = "unknown" } = error as NodeJS.ErrnoException;
    throw new Permanent("deliver-rest.secret", `The file with the secret cannot be read: ${code}.`);
  }
}

/** HMAC-SHA-256 over time, method, path with query, and body, with a line feed between; NOTES.md tells receivers. */
async function signature(keyId: string, secret: string, signed: Signed): Promise<Record<string, string>> {
  const { pathname, search } = new URL(signed.url);
  const timestamp = String(Math.floor(Date.now() / 1000));
  const hmac = createHmac("sha256", secret);
  hmac.update(`${timestamp}\n${signed.method}\n${pathname}${search}\n`);
  for await (const part of signed.body) hmac.update(part);
  return {
    "x-thalamus-key": keyId,
    "x-thalamus-timestamp": timestamp,
    "x-thalamus-signature": `v1=${hmac.digest("hex")}`,
  };
}
