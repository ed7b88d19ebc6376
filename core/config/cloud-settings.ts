// What a site can set about orders of the cloud API: where their uploads lie, how long orders are kept.
import { type Static, Type } from "typebox";

const text = (description: string, options: object = {}) =>
  Type.String({ description, minLength: 1, ...options });

const S3Settings = Type.Object(
  {
    endpoint: text("Where the hub reaches the object store: https://s3.eu-central-1.amazonaws.com", {
      pattern: "^https?://[^/?#@]+$",
    }),
    publicEndpoint: Type.Optional(
      text("Where clients reach it, when that is another address; presigned addresses begin with it", {
        pattern: "^https?://[^/?#@]+$",
      }),
    ),
    region: text("Region the requests are signed for; us-east-1 where the store has none", {
      default: "us-east-1",
    }),
    bucket: text("Bucket of the uploads; it is there, and nothing else is in it below the prefix", {
      pattern: "^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$",
    }),
    prefix: Type.String({
      description: "What the keys of the uploads begin with",
      pattern: "^([A-Za-z0-9_-]+/)*$",
      default: "uploads/",
    }),
    accessKeyId: text("Access key of the hub; it may put, get, delete and list parts below the prefix"),
    secretKeyFile: text("File with the secret of this key, relative to this file"),
    pathStyle: Type.Boolean({
      description:
        "The bucket stands in the path instead of in front of the host's name, as most stores on site want it",
      default: true,
    }),
    caFile: Type.Optional(
      text("Certificate authority of the store (PEM), relative to this file; without it those Node.js knows"),
    ),
    privateNetworks: Type.Array(text("A network: 10.20.0.0/16"), {
      description: "Networks that the store may be in although they are private",
      default: [],
    }),
  },
  { additionalProperties: false, description: "The S3-compatible store, for kind: s3" },
);

export const CloudSettings = Type.Object(
  {
    abandonedHours: Type.Number({
      description:
        "An order whose data is not complete so long after the last sign of life expires, with its parts",
      minimum: 0.001,
      maximum: 8760,
      default: 24,
    }),
    failedChecks: Type.Union([Type.Literal("fail"), Type.Literal("hold")], {
      description:
        "What becomes of an order whose study a check holds: fail ends it with a failure report that names the checks, " +
        "hold lets it wait for a person at this hub",
      default: "fail",
    }),
    schedule: Type.String({
      description: "When expired orders are looked for: a preset or five fields of cron, as for upkeep",
      minLength: 1,
      maxLength: 200,
      default: "hourly",
    }),
    storage: Type.Object(
      {
        kind: Type.Union([Type.Literal("local"), Type.Literal("s3")], {
          description:
            "Where uploaded parts lie until they are taken in: in the data folder, or in an S3-compatible store that " +
            "clients send them to straight",
          default: "local",
        }),
        s3: Type.Optional(S3Settings),
      },
      { additionalProperties: false, default: {} },
    ),
  },
  { additionalProperties: false, default: {} },
);

export type CloudSettings = Static<typeof CloudSettings>;
export type S3Settings = Static<typeof S3Settings>;
