// Settings of a connection with TLS to a system that the hub sends to.
import { Type } from "./settings.ts";

/** Type of the setting `tls`, whose value is a `PeerTls`. @param peer what the other side is called: `archive` */
export const tlsSettings = (peer: string, description: string) =>
  Type.Optional(
    Type.Object(
      {
        caFile: pemFile(
          "Authorities file",
          `Who may have signed the ${peer}'s certificate; public ones if left out.`,
        ),
        certificateFile: pemFile("Certificate file", `Own certificate, where the ${peer} asks for one.`),
        keyFile: pemFile("Private key file", "Key of the own certificate."),
        serverName: Type.Optional(
          Type.String({
            title: "Name in the certificate",
            description: `Name the ${peer}'s certificate must have; the host if left out.`,
            minLength: 1,
          }),
        ),
        profile: Type.Optional(
          Type.Union(
            [Type.Literal("bcp195"), Type.Literal("bcp195-non-downgrading"), Type.Literal("bcp195-modified")],
            {
              title: "Profile",
              description:
                "Secure transport connection profile (PS3.15 B.12, B.10, B.13); bcp195 if left out.",
            },
          ),
        ),
      },
      { additionalProperties: false, title: "TLS", description },
    ),
  );

const pemFile = (title: string, description: string) =>
  Type.Optional(Type.String({ title, description: `${description} PEM; absolute path.`, minLength: 1 }));
