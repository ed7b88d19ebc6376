// What is remembered around signing in: wrong passwords, requests to identity providers, assertions that were used.
import { defineEntity, type InferEntity, p } from "@mikro-orm/core";

/** Attempts by account, by address, or at a door; the subject is a keyed hash, as somebody may type a password as a name. */
export const SignInAttempt = defineEntity({
  name: "SignInAttempt",
  tableName: "sign_in_attempt",
  properties: {
    subject: p.character().length(64).primary(),
    failures: p.integer(),
    since: p.datetime(6).defaultRaw("now()"),
    lastAt: p.datetime(6).defaultRaw("now()"),
    lockedUntil: p.datetime(6).nullable(),
  },
});

/** A question to an identity provider; its answer is taken once. */
export const SsoRequest = defineEntity({
  name: "SsoRequest",
  tableName: "sso_request",
  properties: {
    /** ID of the AuthnRequest or LogoutRequest, state of OpenID Connect, or hash of a ticket. */
    id: p.string().length(200).primary(),
    kind: p.enum(["saml", "saml-logout", "oidc", "ticket"] as const),
    /** Hash of the cookie of the browser that asked. */
    browser: p.character().length(64),
    /** Sealed: what is needed when the answer comes. */
    sealed: p.text().nullable(),
    createdAt: p.datetime(6).defaultRaw("now()"),
    expiresAt: p.datetime(6),
  },
});

/** Assertions that let somebody in; none does it twice. */
export const UsedAssertion = defineEntity({
  name: "UsedAssertion",
  tableName: "used_assertion",
  properties: {
    /** SHA-256 of issuer and ID. */
    hash: p.character().length(64).primary(),
    expiresAt: p.datetime(6),
  },
});

export type SsoRequestRow = InferEntity<typeof SsoRequest>;

/** Metadata of an identity provider as it was read last. */
export const IdpMetadata = defineEntity({
  name: "IdpMetadata",
  tableName: "idp_metadata",
  properties: {
    url: p.string().length(500).primary(),
    xml: p.text(),
    fetchedAt: p.datetime(6).defaultRaw("now()"),
  },
});
