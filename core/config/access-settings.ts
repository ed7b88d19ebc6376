// What a site can set about signing in: the mode, and the identity providers.
import { type Static, Type } from "typebox";
import { OidcSettings, SamlSettings } from "./sso-settings.ts";

export const AccessSettings = Type.Object(
  {
    mode: Type.Union([Type.Literal("local"), Type.Literal("both"), Type.Literal("sso")], {
      description:
        "How people sign in: local with passwords of the hub only; both with either; sso with single sign-on only, " +
        "where the break-glass account alone may still use its password",
      default: "local",
    }),
    breakGlassAccount: Type.String({
      description:
        "Local account that may always sign in with its password, for the day the identity provider is away; empty " +
        "for none, which mode sso takes only after an administrator has signed in by single sign-on",
      maxLength: 100,
      default: "admin",
    }),
    baseUrl: Type.Optional(
      Type.String({
        description:
          "Address at which people reach the hub, such as https://thalamus.example.org; single sign-on needs it. " +
          "http is taken for localhost only",
        pattern: "^(https://[^/?#@\\s]+|http://(localhost|127\\.0\\.0\\.1|\\[::1\\])(:\\d+)?)$",
      }),
    ),
    idleMinutes: Type.Integer({
      description: "A session ends when nobody has used it for so long",
      minimum: 5,
      maximum: 1440,
      default: 480,
    }),
    revealNeedsReason: Type.Boolean({
      description:
        "Whoever uncovers what identifies a patient says why, every time; the reason stands in the audit trail",
      default: false,
    }),
    privateNetworks: Type.Array(Type.String({ minLength: 1 }), {
      description:
        "Private networks in which an identity provider may be, such as 10.20.0.0/16; the hub asks no other address " +
        "that is not public",
      default: [],
    }),
    saml: Type.Optional(SamlSettings),
    oidc: Type.Optional(OidcSettings),
  },
  { additionalProperties: false, default: {} },
);

export type AccessSettings = Static<typeof AccessSettings>;
