// Tokens of the cloud API: OAuth 2.0 client credentials (RFC 6749 section 4.4).
import { type Static, Type } from "typebox";

/** What a token may be used for. */
export const CLOUD_SCOPES = [
  "orders:read",
  "orders:write",
  "results:read",
  "usage:read",
  "agents:write",
] as const;
export type CloudScope = (typeof CLOUD_SCOPES)[number];

/**
 * Answer of `GET /auth/token` (HTTP Basic: client id and secret) and of `POST /auth/token` (RFC 6749: form with
 * `grant_type=client_credentials`, the client in Basic or in the form).
 */
export const TokenReply = Type.Object({
  access_token: Type.String(),
  token_type: Type.Literal("Bearer"),
  expires_in: Type.Integer({ description: "Seconds" }),
  scope: Type.String({ description: "Scopes with spaces between" }),
});
export type TokenReply = Static<typeof TokenReply>;

/** Answer of `GET /test-token`. */
export const TokenTest = Type.Object({
  valid: Type.Literal(true),
  expires_at: Type.String({ format: "date-time" }),
  scope: Type.String(),
  organisation: Type.String(),
});
export type TokenTest = Static<typeof TokenTest>;
