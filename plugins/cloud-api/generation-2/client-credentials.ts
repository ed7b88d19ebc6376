// Gives a token to a client that shows its id and secret (RFC 6749 sections 2.3.1, 4.4 and 5).
import { type CloudAccess, type CloudCaller, Type } from "@thalamus/sdk";
import { CLOUD_SCOPES, type CloudScope, TOKEN_SECONDS, type TokenReply } from "@thalamus/sdk/cloud";
import type { Exchange } from "../exchange.ts";
import { Refusal } from "../refusal.ts";
import type { SignInBrake } from "../sign-in-brake.ts";
import type { Tokens } from "./tokens.ts";

export interface CredentialParts {
  readonly access: CloudAccess;
  readonly tokens: Tokens;
  readonly brake: SignInBrake;
}

/** Body of `POST /auth/token`, form-encoded; the query of `GET /auth/token` has `scope` only. */
export const TokenRequest = Type.Object({
  grant_type: Type.Literal("client_credentials"),
  client_id: Type.Optional(Type.String()),
  client_secret: Type.Optional(Type.String()),
  scope: Type.Optional(
    Type.String({ description: "Scopes with spaces between; all of the key when left out" }),
  ),
});

interface Asked {
  readonly id: string;
  readonly secret: string;
  readonly scope: string | undefined;
}

const LONGEST_SECRET = 512;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
/** Nobody has it: looked up in place of what is no id, so that it takes as long. */
const NOBODY = "00000000-0000-4000-8000-000000000000";

/** @throws Refusal with the codes of RFC 6749 section 5.2 */
export async function grantToken(exchange: Exchange, parts: CredentialParts): Promise<void> {
  const { id, secret, scope } = await askedBy(exchange);
  const caller = await parts.brake.pass("token", exchange.origin.remoteAddress, () =>
    parts.access.callerOfClient(UUID.test(id) ? id.toLowerCase() : NOBODY, secret.slice(0, LONGEST_SECRET)),
  );
  if (!caller) {
    const headers = { "WWW-Authenticate": 'Basic realm="cloud", charset="UTF-8"' };
    throw new Refusal(401, "cloud-api.invalid-client", "Client id and secret do not fit.", { headers });
  }
  exchange.fields["key"] = caller.keyId;
  const scopes = scopesFor(caller, scope);
  const reply: TokenReply = {
    access_token: parts.tokens.issue(caller, scopes),
    token_type: "Bearer",
    expires_in: TOKEN_SECONDS,
    scope: scopes.join(" "),
  };
  exchange.json(200, reply, { "Cache-Control": "no-store", Pragma: "no-cache" });
}

async function askedBy(exchange: Exchange): Promise<Asked> {
  const basic = basicOf(exchange.header("authorization"));
  if (exchange.method === "GET") {
    return { id: "", secret: "", ...basic, scope: exchange.query.get("scope") ?? undefined };
  }
  const type = (exchange.header("content-type") ?? "").split(";")[0]?.trim().toLowerCase();
  if (type !== "application/x-www-form-urlencoded") {
    const message = "The body must be a form: Content-Type: application/x-www-form-urlencoded.";
    throw new Refusal(400, "cloud-api.invalid-request", message);
  }
  const form = new URLSearchParams((await exchange.body()).toString("utf8"));
  if (form.get("grant_type") !== "client_credentials") {
    const message = "Only grant_type=client_credentials is offered.";
    throw new Refusal(400, "cloud-api.unsupported-grant-type", message);
  }
  const inForm = { id: form.get("client_id") ?? "", secret: form.get("client_secret") ?? "" };
  return { ...inForm, ...basic, scope: form.get("scope") ?? undefined };
}

/** HTTP Basic with both parts form-encoded, as RFC 6749 wants it, or plain, as most send it. */
function basicOf(authorization = ""): { id: string; secret: string } | undefined {
  const [, value] = /^Basic +([A-Za-z0-9+/=]{1,2048}) *$/i.exec(authorization) ?? [];
  if (value === undefined) return undefined;
  const [id = "", ...secret] = Buffer.from(value, "base64").toString("utf8").split(":");
  return { id: decoded(id), secret: decoded(secret.join(":")) };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function scopesFor({ scopes }: CloudCaller, scope: string | undefined): readonly CloudScope[] {
  const asked = (scope ?? "").split(" ").filter((word) => word !== "");
  const known = CLOUD_SCOPES.filter((one) => scopes.includes(one));
  if (asked.length === 0) return known;
  const granted = known.filter((one) => asked.includes(one));
  if (granted.length === new Set(asked).size) return granted;
  throw new Refusal(400, "cloud-api.invalid-scope", "The key is not good for a scope that was asked for.");
}
