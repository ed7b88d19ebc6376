// What a site can set about the DICOMweb door.
import { AeTitle, PrivateSopClasses, Settings, type Static, Type } from "@thalamus/sdk";

const network = (title: string, description: string) =>
  Type.String({ title, description, minLength: 2, maxLength: 64 });

const right = <const T extends string>(value: T) => Type.Literal(value);

export const ClientSettings = Settings({
  name: AeTitle({
    title: "Name",
    description:
      "User name with HTTP Basic, sender of what it stores (as an AE title would be), and who it is in the journal.",
  }),
  secretSha256: Type.String({
    title: "SHA-256 of its secret",
    description:
      "64 hex digits. The client sends the secret itself, as Bearer token or as password of HTTP Basic.",
    pattern: "^[0-9a-fA-F]{64}$",
  }),
  may: Type.Array(Type.Union([right("store"), right("query"), right("retrieve")]), {
    title: "May",
    description: "store: STOW-RS; query: QIDO-RS; retrieve: WADO-RS. All of them unless fewer are named.",
    minItems: 1,
    uniqueItems: true,
    default: ["store", "query", "retrieve"],
  }),
  host: Type.Optional(
    network("Address", "IP address or network (10.1.0.0/16) it must call from; leave out for any."),
  ),
});

export type ClientSettings = Static<typeof ClientSettings>;
export type Right = ClientSettings["may"][number];

export const DicomwebSettings = Settings({
  path: Type.String({
    title: "Path",
    description: "Where the service is on the hub's HTTP server.",
    pattern: "^(/[a-z0-9]+(-[a-z0-9]+)*){1,3}$",
    default: "/dicom-web",
  }),
  clients: Type.Array(ClientSettings, {
    title: "Clients",
    description:
      "Who may do what. Nobody else may do anything, so without an entry the plugin does not start.",
    default: [],
  }),
  publicUrl: Type.Optional(
    Type.String({
      title: "Public address",
      description:
        "The service's address as clients reach it, path included: https://hub.example.org/dicom-web. " +
        "It goes into RetrieveURL and BulkDataURI; left out, each request's own address does.",
      pattern: "^https?://[^\\s?#]+[^\\s?#/]$",
      maxLength: 500,
    }),
  ),
  proxies: Type.Array(network("Proxy", "IP address or network of a proxy."), {
    title: "Proxies",
    description:
      "Addresses of proxies in front of the hub whose X-Forwarded-For and X-Forwarded-Proto are believed. " +
      "Without them the proxy's address counts as the client's.",
    default: [],
  }),
  privateSopClasses: PrivateSopClasses(),
  maxRequests: Type.Integer({
    title: "Requests at once",
    description: "One more is answered with 503, and the client is told to try again later.",
    minimum: 1,
    maximum: 1000,
    default: 32,
  }),
  maxInstanceMegabytes: Type.Integer({
    title: "Largest instance in megabytes",
    description: "A larger one is refused; the others of its request are stored.",
    minimum: 1,
    maximum: 65_536,
    default: 4096,
  }),
  maxRequestMegabytes: Type.Integer({
    title: "Largest request in megabytes",
    description: "A longer store request is refused, or ended where it passes the limit.",
    minimum: 1,
    maximum: 1_048_576,
    default: 65_536,
  }),
  maxInstances: Type.Integer({
    title: "Instances in a request",
    description: "A store request is ended where it has more.",
    minimum: 1,
    maximum: 100_000,
    default: 20_000,
  }),
  idleTimeoutSeconds: Type.Integer({
    title: "Idle time in seconds",
    description: "A client that sends, or takes, less than 4 KB in so long is cut off.",
    minimum: 1,
    maximum: 3600,
    default: 60,
  }),
});

export type DicomwebSettings = Static<typeof DicomwebSettings>;
