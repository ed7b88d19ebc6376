// What a site can set about TLS on the port of the DICOM receiver.
import { Secret, type Static, shownWhen, Type } from "@thalamus/sdk";

const ON = shownWhen("enabled", [true]);

const choice = <const T extends string>(value: T) => Type.Literal(value);

const file = (title: string, description: string) =>
  Type.Optional(Type.String({ title, description, minLength: 1, "x-ui": ON }));

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
      Secret({ title: "Passphrase", description: "Of the private key, when it is encrypted." }, ON),
    ),
    caFile: file("Authorities file", "PEM; who may have signed client certificates; absolute path."),
    crlFile: file(
      "Revocation lists file",
      "PEM; lists of revoked certificates, one of each authority in the chain of a client certificate. Whoever is " +
        "on one is refused; when a list is out of date all client certificates are. Absolute path.",
    ),
    profile: Type.Union([choice("bcp195"), choice("bcp195-non-downgrading"), choice("bcp195-modified")], {
      title: "Profile",
      description: "Secure transport connection profile (PS3.15 B.12, B.10, B.13): the cipher suites.",
      default: "bcp195",
      "x-ui": ON,
    }),
    clientCertificates: Type.Union([choice("none"), choice("request"), choice("require")], {
      title: "Client certificates",
      description:
        "none: not asked for; request: senders without one are taken, too; require: mutual TLS, " +
        "only senders with one that is signed by an authority of the file.",
      default: "none",
      "x-ui": ON,
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
