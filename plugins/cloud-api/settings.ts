// What a site can set about the cloud API.
import { mailSettings, Settings, type Static, Type } from "@thalamus/sdk";

const { to: _to, replyTo: _replyTo, ...mail } = mailSettings;

export const CloudApiSettings = Settings({
  path: Type.String({
    title: "Path",
    description: "Where the service is on the hub's HTTP server.",
    pattern: "^(/[a-z0-9]+(-[a-z0-9]+)*){1,3}$",
    default: "/cloud",
  }),
  publicUrl: Type.Optional(
    Type.String({
      title: "Public address",
      description:
        "The service's address as clients reach it, path included: https://hub.example.org/cloud. Addresses for " +
        "uploads begin with it; left out, each request's own address does.",
      pattern: "^https?://[^\\s?#]+[^\\s?#/]$",
      maxLength: 500,
    }),
  ),
  generations: Type.Array(Type.Union([Type.Literal(1), Type.Literal(2)]), {
    title: "Generations",
    description:
      "1: the API that the public client libraries speak, with a key and an encrypted session; 2: REST with OAuth 2.0.",
    minItems: 1,
    uniqueItems: true,
    default: [1, 2],
  }),
  sessionHours: Type.Number({
    title: "Session in hours",
    description: "A connection of generation 1 ends when it was not used for so long.",
    minimum: 0.1,
    maximum: 720,
    default: 24,
  }),
  browserOrigins: Type.Array(
    Type.String({ pattern: "^(\\*|https?://[A-Za-z0-9.-]+(:\\d{1,5})?)$", maxLength: 300 }),
    {
      title: "Web sites",
      description:
        "Web sites whose pages may use generation 1 in a browser: https://viewer.example.org, or * for any. Their " +
        "visitors can see the key that the page uses.",
      uniqueItems: true,
      default: [],
    },
  ),
  proxies: Type.Array(Type.String({ minLength: 2, maxLength: 64 }), {
    title: "Proxies",
    description:
      "Addresses or networks of proxies in front of the hub whose X-Forwarded-For and X-Forwarded-Proto are " +
      "believed. Without them the proxy's address counts as the client's.",
    default: [],
  }),
  maxRequests: Type.Integer({
    title: "Requests at once",
    description: "One more is answered with 503, and the client is told to try again later.",
    minimum: 1,
    maximum: 1000,
    default: 64,
  }),
  maxUploads: Type.Integer({
    title: "Uploads at once",
    description: "Parts that arrive at the same time; they do not count as requests.",
    minimum: 1,
    maximum: 1000,
    default: 64,
  }),
  requestsPerMinute: Type.Integer({
    title: "Requests per minute",
    description: "Of one key; more are answered with 429. Each hub counts for itself.",
    minimum: 1,
    maximum: 100_000,
    default: 600,
  }),
  signInsPerMinute: Type.Integer({
    title: "Sign-ins per minute",
    description: "From one address: connections of generation 1 and tokens of generation 2.",
    minimum: 1,
    maximum: 10_000,
    default: 60,
  }),
  maxPartMegabytes: Type.Integer({
    title: "Largest part in megabytes",
    description: "A larger part of an upload is refused, whatever the order desk would take.",
    minimum: 5,
    maximum: 5000,
    default: 512,
  }),
  idleTimeoutSeconds: Type.Integer({
    title: "Idle time in seconds",
    description: "A client that sends, or takes, less than 4 KB in so long is cut off.",
    minimum: 1,
    maximum: 3600,
    default: 60,
  }),
  mail: Type.Optional(
    Type.Object(mail, {
      additionalProperties: false,
      title: "Mail",
      description:
        "The server through which usage reports of generation 1 go out, to the admins of the organisation.",
    }),
  ),
});

export type CloudApiSettings = Static<typeof CloudApiSettings>;
