// What a site sets about the cloud its studies are sent to.
import { Secret, Settings, type Static, Type } from "@thalamus/sdk";
import { LARGEST_UPLOAD_BYTES } from "@thalamus/sdk/cloud";

const text = (title: string, description: string, options: { pattern?: string } = {}) =>
  Type.String({ title, description, minLength: 1, maxLength: 2048, ...options });

const optionalText = (title: string, description: string) => Type.Optional(text(title, description));

const seconds = (title: string, description: string, preset: number) =>
  Type.Number({ title, description, minimum: 0.1, maximum: 86_400, default: preset });

const count = (title: string, description: string, preset: number, least: number, most: number) =>
  Type.Integer({ title, description, minimum: least, maximum: most, default: preset });

const toggle = (title: string, description: string, preset = false) =>
  Type.Boolean({ title, description, default: preset });

const group = { additionalProperties: false };

const Tls = Type.Object(
  {
    caFile: optionalText(
      "Authorities file",
      "Who may have signed the cloud's certificate. PEM; absolute path.",
    ),
    certificateFile: optionalText("Certificate file", "Own certificate, for mutual TLS. PEM; absolute path."),
    keyFile: optionalText("Private key file", "Key of the own certificate. PEM; absolute path."),
    serverName: optionalText(
      "Name in the certificate",
      "Name the certificate must have; the host if left out.",
    ),
  },
  { ...group, title: "TLS", description: "Certificates; TLS 1.2 or newer is spoken with https." },
);

const HeartbeatSettings = Type.Object(
  {
    enabled: toggle(
      "Periodic heartbeat",
      "Tells the cloud that this hub lives, with what is switched on below.",
    ),
    minutes: count("Interval", "Minutes between two heartbeats.", 5, 1, 59),
    machine: toggle("System metrics", "CPU, memory and disk of this machine."),
    orders: toggle("Order statistics", "Counts of processed and failed orders and of those in progress."),
    health: toggle("Health status", "Whether application, database and services work; recommended.", true),
  },
  {
    ...group,
    title: "Heartbeat",
    description:
      "What the cloud is told about this hub. The System page shows it word for word; nothing about patients.",
    default: { enabled: false, minutes: 5, machine: false, orders: false, health: true },
  },
);

export const CloudUploadSettings = Settings({
  url: text("API URL", "Address of the cloud API; paths like /new-order are added to it.", {
    pattern: "^https?://",
  }),
  generation: Type.Unsafe<"auto" | "1" | "2">(
    Type.Union([Type.Literal("auto"), Type.Literal("1"), Type.Literal("2")], {
      title: "Generation",
      description: "Of the cloud API. auto: 2 where the server speaks it, else 1.",
      default: "auto",
    }),
  ),
  clientId: optionalText("Service user", "Client id at the cloud (generation 2)."),
  clientSecret: Type.Optional(
    Secret({ title: "Service password", description: "Client secret, or the API key of generation 1." }),
  ),
  clientSecretFile: optionalText(
    "Service password file",
    "File with the service password instead; absolute path; read whenever it is needed.",
  ),
  products: Type.Record(Type.String(), Type.String({ minLength: 1, maxLength: 100 }), {
    title: "Products",
    description:
      "What the cloud calls a product: name here to name there. A sender or an upload can choose those named here; a " +
      "product of the route that is not here has the same name there.",
    default: {},
  }),
  metadata: Type.Array(Type.Unsafe<"age" | "sex">(Type.Union([Type.Literal("age"), Type.Literal("sex")])), {
    title: "Metadata",
    description: "What is said of the patient beside the copy; nothing else ever is.",
    uniqueItems: true,
    default: ["age", "sex"],
  }),
  sendAccession: toggle(
    "Send accession number",
    "Says the accession number beside the copy. It leads back to the patient for whoever has the PACS.",
  ),
  maxUploadMegabytes: count(
    "Largest upload",
    "Megabytes; a larger study is refused before anything is ordered.",
    LARGEST_UPLOAD_BYTES / 1_000_000,
    1,
    LARGEST_UPLOAD_BYTES / 1_000_000,
  ),
  parallelParts: count("Parts at once", "Parts that are sent at the same time, of all studies.", 4, 1, 32),
  uploadRetries: count(
    "Upload retries",
    "How often a part is sent again before the upload pauses or ends.",
    5,
    0,
    50,
  ),
  pollSeconds: seconds(
    "First look",
    "Seconds until the cloud is asked how far an order is; it may wish for longer.",
    15,
  ),
  longestPollSeconds: seconds(
    "Longest wait",
    "Seconds between two looks at most, unless the cloud wishes for longer.",
    300,
  ),
  giveUpHours: Type.Number({
    title: "Give up after",
    description:
      "Hours that orders wait for a cloud that cannot be reached or does not let this hub sign in.",
    minimum: 0.001,
    maximum: 8760,
    default: 72,
  }),
  maxResultMegabytes: count(
    "Largest result",
    "Megabytes of all files of a result together.",
    2000,
    1,
    100_000,
  ),
  connectSeconds: seconds("Time to connect", "Seconds until a connection stands.", 10),
  answerSeconds: seconds(
    "Time to answer",
    "Seconds until an answer begins, and for a transfer to go on.",
    60,
  ),
  partSeconds: seconds(
    "Time for a part",
    "Seconds for one part or one file of a result, from begin to end.",
    3600,
  ),
  proxy: optionalText("Proxy", "Address of an HTTP proxy: http://proxy.example.org:3128"),
  privateNetworks: Type.Array(Type.String({ minLength: 1 }), {
    title: "Private networks",
    description:
      "Networks in the house that may be reached, like 10.20.0.0/16, where the cloud is one's own.",
    default: [],
  }),
  tls: Type.Optional(Tls),
  showExternalOrders: toggle(
    "Show external orders in results",
    "Lists completed orders of the same organisation that were not started by this hub.",
  ),
  heartbeat: HeartbeatSettings,
  account: optionalText(
    "Account that follows",
    "Local account with the service password: a new one that the cloud takes at the sign-in page becomes the password " +
      "of the account and the stored credential of this plugin.",
  ),
});

export type CloudUploadSettings = Static<typeof CloudUploadSettings>;
