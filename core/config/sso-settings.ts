// What a site can set about identity providers: SAML 2.0 and OpenID Connect.
import { type Static, Type } from "typebox";

const text = (description: string, options: object = {}) =>
  Type.String({ description, minLength: 1, ...options });
const address = (description: string) =>
  text(description, { pattern: "^(https://|http://(localhost|127\\.0\\.0\\.1)(:\\d+)?(/|$))\\S*$" });

const pem = { "x-ui": { widget: "pem" } } as const;
/** Files are named where the configuration is a file; the form shows only those that it names. */
const ofTheFile = (name: string) => ({ "x-ui": { showWhen: { required: [name] } } }) as const;

/** Which groups at the identity provider give which role here. */
const GROUPS = {
  groupClaim: Type.Optional(
    text(
      "Attribute or claim that lists the groups of somebody; left out, the usual names are tried: groups, memberOf, " +
        "role and those of Entra ID and ADFS",
    ),
  ),
  adminGroup: Type.Optional(text("Group, by name or object id, whose members are administrators")),
  userGroup: Type.Optional(
    text(
      "Group whose members are users; left out, whoever signs in and is in no other group has defaultRole",
    ),
  ),
  roles: Type.Record(Type.String(), text("Role"), {
    description: "Other groups, each with the role that it gives; the first that fits counts",
    default: {},
  }),
  defaultRole: Type.String({
    description: "Role of those whom no group gives one, unless there is a userGroup; empty refuses them",
    maxLength: 63,
    default: "user",
  }),
};

export const SamlSettings = Type.Object(
  {
    entityId: text("How the hub calls itself at the identity provider (entity ID, identifier)", {
      default: "thalamus",
    }),
    metadataUrl: Type.Optional(address("Where the identity provider publishes its metadata")),
    followMetadata: Type.Boolean({
      description:
        "Read metadataUrl again every 12 hours, so that new certificates count by themselves; what is given below is " +
        "used while it has never been read. Switched off, only what is given below counts",
      default: true,
    }),
    metadataFile: Type.Optional(
      text("File with the metadata, relative to this file", ofTheFile("metadataFile")),
    ),
    idpEntityId: Type.Optional(
      text("Entity ID (issuer) of the identity provider; metadata of another one is then refused"),
    ),
    idpSsoUrl: Type.Optional(address("Where people sign in (HTTP-Redirect)")),
    idpSloUrl: Type.Optional(address("Where people sign out (HTTP-Redirect)")),
    idpCertificates: Type.Optional(
      text(
        "Certificates that sign assertions, in PEM, one behind the other; two while they are exchanged",
        pem,
      ),
    ),
    idpCertificateFiles: Type.Array(text("File with a certificate in PEM, relative to this file"), {
      description: "Files with more of them",
      default: [],
      "x-ui": {
        showWhen: { required: ["idpCertificateFiles"], properties: { idpCertificateFiles: { minItems: 1 } } },
      },
    }),
    nameIdFormat: text("Format of the name that the hub asks for", {
      default: "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress",
    }),
    requireSignedAssertions: Type.Boolean({
      description: "Each assertion must be signed by itself; switched off, the whole response must be",
      default: true,
    }),
    requireSignedResponse: Type.Boolean({
      description: "The whole response must be signed as well",
      default: false,
    }),
    decryptAssertions: Type.Boolean({
      description:
        "Take encrypted assertions, too; needs the hub's key with its certificate, and a signed response",
      default: false,
    }),
    clockSkewSeconds: Type.Integer({
      description: "The clocks may differ by so much",
      minimum: 0,
      maximum: 300,
      default: 60,
    }),
    privateKeyFile: Type.Optional(
      text(
        "File with the hub's key in PEM, relative to this file; requests are signed with it",
        ofTheFile("privateKeyFile"),
      ),
    ),
    certificateFile: Type.Optional(
      text(
        "File with the certificate of that key in PEM, which the hub's metadata then shows",
        ofTheFile("certificateFile"),
      ),
    ),
    privateKey: Type.Optional(
      text("The hub's key in PEM, in place of a file; requests are signed with it", {
        "x-ui": { widget: "secret", multiline: true },
      }),
    ),
    certificate: Type.Optional(text("The certificate of that key in PEM, in place of a file", pem)),
    ...GROUPS,
  },
  { additionalProperties: false, description: "Single sign-on by SAML 2.0" },
);

export const OidcSettings = Type.Object(
  {
    issuer: address("Issuer of the identity provider; its /.well-known/openid-configuration is read"),
    clientId: text("Client ID of the hub at the identity provider"),
    clientSecretFile: Type.Optional(
      text("File with the client secret, relative to this file", ofTheFile("clientSecretFile")),
    ),
    clientSecret: Type.Optional(
      text("Client secret, in place of a file; without either the hub is a public client", {
        "x-ui": { widget: "secret" },
      }),
    ),
    scopes: text("What the hub asks for", { default: "openid profile email" }),
    ...GROUPS,
  },
  { additionalProperties: false, description: "Single sign-on by OpenID Connect" },
);

export type SamlSettings = Static<typeof SamlSettings>;
export type OidcSettings = Static<typeof OidcSettings>;
export type GroupSettings = Pick<
  SamlSettings,
  "groupClaim" | "adminGroup" | "userGroup" | "roles" | "defaultRole"
>;
