// What a site can set about the DICOM receiver.
import { AeTitle, Port, PrivateSopClasses, Secret, Settings, type Static, Type } from "@thalamus/sdk";
import { TlsSettings } from "./tls-settings.ts";

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
  user: Type.Optional(
    Type.String({
      title: "User name",
      description:
        "It must say that it is this user (user identity negotiation, PS3.7 D.3.3.7); leave out where senders " +
        "cannot do that.",
      minLength: 1,
      maxLength: 256,
    }),
  ),
  passcode: Type.Optional(
    Secret({
      title: "Passcode",
      description: "And must know this passcode of the user, which is readable on the way unless TLS is on.",
    }),
  ),
});

export const DicomScpSettings = Settings({
  host: Type.String({
    title: "Listen on",
    description: "Local address to listen on; 0.0.0.0 is every address.",
    default: "0.0.0.0",
  }),
  port: Port({ title: "Port", description: "TCP port; 0 lets the system choose one.", default: 11112 }),
  sharePort: Type.Boolean({
    title: "Share the port",
    description:
      "Several hubs on one machine, with one database and one data folder, may listen on this port; the system " +
      "spreads associations over them. All of them must have it on, and run as the same user. Linux only.",
    default: false,
  }),
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
    "x-ui": { itemTitle: "ae", addLabel: "Add a sender" },
  }),
  tls: TlsSettings,
  maxAssociations: Type.Integer({
    title: "Associations at once",
    description: "When so many are open, the next one waits, or is told to try again later.",
    minimum: 1,
    maximum: 1000,
    default: 64,
  }),
  maxAssociationsPerCaller: Type.Integer({
    title: "Associations at once of one sender",
    description:
      "When so many of one calling AE title are open, the next one is told to try again later; 0 sets no limit.",
    minimum: 0,
    maximum: 1000,
    default: 0,
  }),
  waitingAssociations: Type.Integer({
    title: "Waiting associations",
    description: "So many wait for a place when all are taken; one more is rejected at once.",
    minimum: 0,
    maximum: 100,
    default: 8,
  }),
  waitingSeconds: Type.Number({
    title: "Waiting time in seconds",
    description:
      "An association that got no place until then is rejected. Keep it below the time the senders wait for their " +
      "answer, which is 30 seconds for many.",
    minimum: 0.1,
    maximum: 600,
    default: 10,
  }),
  privateSopClasses: PrivateSopClasses(),
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
  leastBytesPerSecond: Type.Integer({
    title: "Slowest sender in bytes per second",
    description:
      "An association is aborted when an object is open and fewer bytes than this come on average over the idle " +
      "time; 0 never does so. The slowest links of real senders bring eight times the default.",
    minimum: 0,
    maximum: 10_000_000,
    default: 1000,
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
