// What a site can set about the DICOM receiver.
import { AeTitle, Port, Secret, Settings, type Static, Type } from "@thalamus/sdk";

const AllowedCaller = Settings({
  ae: AeTitle({ title: "AE title", description: "Calling AE title of the sender." }),
  host: Type.Optional(
    Type.String({
      title: "Address",
      description: "IP address or network (10.1.0.0/16) it must call from; leave out for any.",
      minLength: 2,
      maxLength: 64,
    }),
  ),
  tlsIdentity: Type.Optional(
    Type.String({
      title: "Certificate",
      description:
        "Common name, subject alternative name or SHA-256 fingerprint of its client certificate; " +
        "leave out for any.",
      minLength: 1,
      maxLength: 256,
    }),
  ),
});

const choice = <const T extends string>(value: T) => Type.Literal(value);

const file = (title: string, description: string) =>
  Type.Optional(Type.String({ title, description, minLength: 1 }));

export const TlsSettings = Type.Object(
  {
    enabled: Type.Boolean({
      title: "TLS",
      description: "When on, this port speaks TLS 1.2 and 1.3 only and refuses plain connections.",
      default: false,
    }),
    certificateFile: file("Certificate file", "PEM, own certificate first, then the chain; absolute path."),
    keyFile: file("Private key file", "PEM; absolute path."),
    keyPassphrase: Type.Optional(
      Secret({ title: "Passphrase", description: "Of the private key, when it is encrypted." }),
    ),
    caFile: file("Authorities file", "PEM; who may have signed client certificates; absolute path."),
    profile: Type.Union([choice("bcp195"), choice("bcp195-non-downgrading"), choice("bcp195-modified")], {
      title: "Profile",
      description: "Secure transport connection profile (PS3.15 B.12, B.10, B.13): the cipher suites.",
      default: "bcp195",
    }),
    clientCertificates: Type.Union([choice("none"), choice("request"), choice("require")], {
      title: "Client certificates",
      description:
        "none: not asked for; request: senders without one are taken, too; require: mutual TLS, " +
        "only senders with one that is signed by an authority of the file.",
      default: "none",
    }),
  },
  {
    additionalProperties: false,
    title: "TLS",
    description: "Encryption of this port.",
    default: { enabled: false, profile: "bcp195", clientCertificates: "none" },
  },
);

export type TlsSettings = Static<typeof TlsSettings>;

export const DicomScpSettings = Settings({
  host: Type.String({
    title: "Listen on",
    description: "Local address to listen on; 0.0.0.0 is every address.",
    default: "0.0.0.0",
  }),
  port: Port({ title: "Port", description: "TCP port; 0 lets the system choose one.", default: 11112 }),
  aeTitle: AeTitle({
    title: "AE title",
    description: "Title senders call the hub by; unique on the network.",
    default: "THALAMUS",
  }),
  checkCalledAe: Type.Boolean({
    title: "Refuse other called titles",
    description: "When on, an association that calls the hub by another title is rejected.",
    // many test tools and some scanners call by a fixed title; who may send is decided by the calling side
    default: false,
  }),
  allowedCallers: Type.Array(AllowedCaller, {
    title: "Allowed senders",
    description: "Who may send; an empty list lets anybody send.",
    default: [],
  }),
  tls: TlsSettings,
  maxAssociations: Type.Integer({
    title: "Associations at once",
    description: "One more is rejected, and the sender is told to try again later.",
    minimum: 1,
    maximum: 1000,
    default: 64,
  }),
  maxPduLength: Type.Integer({
    title: "Longest PDU in bytes",
    description: "Announced to senders; longer P-DATA PDUs break the association.",
    minimum: 4096,
    maximum: 1_048_576,
    default: 131_072,
  }),
  idleTimeoutSeconds: Type.Integer({
    title: "Idle time in seconds",
    description:
      "An association on which nothing comes for so long is aborted; scanners pause between series.",
    minimum: 1,
    maximum: 86_400,
    default: 300,
  }),
  artimSeconds: Type.Integer({
    title: "Opening and closing time in seconds",
    description:
      "ARTIM timer (PS3.8 9.1.5): from connection to association request, and from last PDU to close.",
    minimum: 1,
    maximum: 600,
    default: 30,
  }),
});

export type DicomScpSettings = Static<typeof DicomScpSettings>;
