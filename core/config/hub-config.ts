// The shape of config/hub.yaml, with defaults that work.
import { type Static, Type } from "typebox";
import { AccessSettings } from "./access-settings.ts";
import { AlertSettings } from "./alert-settings.ts";
import { CloudSettings } from "./cloud-settings.ts";
import { UpdateSettings } from "./update-settings.ts";
import { UpkeepSettings } from "./upkeep-settings.ts";
import { UploadSettings } from "./upload-settings.ts";

const text = (description: string, options: object = {}) =>
  Type.String({ description, minLength: 1, ...options });

const PluginEntry = Type.Object(
  {
    use: Type.Optional(text("Name of a plugin that comes with the hub: the folder under plugins/")),
    path: Type.Optional(text("Folder of a plugin from outside, relative to this file")),
    package: Type.Optional(text("Name of an installed npm package that is a plugin")),
    name: Type.Optional(
      Type.String({
        description:
          "Name of this entry when a plugin is used more than once; for deliveries the destination",
        pattern: "^[a-z][a-z0-9-]{0,62}$",
      }),
    ),
    optional: Type.Boolean({
      description: "The hub starts without this plugin when it does not start",
      default: false,
    }),
    settings: Type.Record(Type.String(), Type.Unknown(), {
      description: "Settings of the plugin; its README lists them",
      default: {},
    }),
  },
  { additionalProperties: false },
);

const ProductTag = Type.Object(
  {
    tag: text(
      "Element whose value names the products of a study, in hex digits: 0019,1001. With a private creator only " +
        "the last two digits of the element count (0019,xx01), since the sender chooses the block. Text only; " +
        "several values are separated by a backslash or a comma. Never an element that identifies a patient",
    ),
    privateCreator: Type.Optional(
      text("Who reserved the block of a private element (PS3.5 7.8.1), as the sender writes it", {
        maxLength: 64,
      }),
    ),
    values: Type.Record(Type.String(), Type.Array(text("A product"), { minItems: 1 }), {
      description:
        "The products that a value of the element stands for. A value that is not here is taken for the name of a " +
        "product; one that is no such name leaves the study to the default list",
      default: {},
    }),
  },
  {
    additionalProperties: false,
    description: "Lets the sender choose the products of a study; without such a value route.process applies",
  },
);

export const HubConfigSchema = Type.Object(
  {
    name: text("How this hub calls itself on screens", { default: "Thalamus" }),
    dataFolder: text("Everything the hub keeps, relative to this file", { default: "../data" }),
    http: Type.Object(
      {
        host: text("Address the console and the API listen on", { default: "127.0.0.1" }),
        port: Type.Integer({
          description: "TCP port; 0 lets the system choose one",
          minimum: 0,
          maximum: 65_535,
          default: 8080,
        }),
        tls: Type.Optional(
          Type.Object(
            {
              certificateFile: Type.Optional(
                text("File with the certificate in PEM, with its chain, relative to this file"),
              ),
              keyFile: Type.Optional(text("File with its private key in PEM, relative to this file")),
              caFile: Type.Optional(text("File with the certificates of authorities in between")),
              folder: Type.Optional(
                text(
                  "Folder with tls_cert.pem, tls_key.pem and, where it is needed, tls_ca.pem, in place of naming the " +
                    "files; the older names cert.pem, key.pem and ca.pem are taken with a warning",
                ),
              ),
            },
            {
              additionalProperties: false,
              description:
                "The console and the API speak HTTPS (TLS 1.2 or newer). A certificate that was uploaded wins over the files",
            },
          ),
        ),
        trustedProxies: Type.Array(
          text("Address or network of a proxy: 10.0.0.5, 10.0.0.0/8, or loopback for this machine"),
          {
            description:
              "Proxies whose X-Forwarded-For and X-Forwarded-Proto are believed; without it every visitor has the address of the proxy",
            default: [],
          },
        ),
        hstsDays: Type.Integer({
          description:
            "Days for which browsers insist on HTTPS with this hub (Strict-Transport-Security); 0 does not ask for it. " +
            "Sent only while the hub itself speaks HTTPS with a certificate that is valid and not on trial. Until they " +
            "are over, no browser that was here opens the hub by HTTP or past a certificate it does not trust",
          minimum: 0,
          maximum: 730,
          default: 0,
        }),
        metrics: Type.Object(
          {
            access: Type.Union([Type.Literal("off"), Type.Literal("loopback"), Type.Literal("token")], {
              description:
                "Who may read /metrics: nobody, programs on this machine (not through a proxy), or whoever shows the " +
                "token; for all others it is not there",
              default: "loopback",
            }),
            tokenSha256: Type.Optional(
              Type.String({
                description:
                  "SHA-256 of the token in hex digits, for access: token. Readers send the token itself: " +
                  "Authorization: Bearer …",
                pattern: "^[0-9a-fA-F]{64}$",
              }),
            ),
          },
          { additionalProperties: false, default: {} },
        ),
      },
      { additionalProperties: false, default: {} },
    ),
    access: AccessSettings,
    database: Type.Object(
      {
        url: Type.Optional(text("postgres:// address of a server; without it the embedded one is used")),
      },
      { additionalProperties: false, default: {} },
    ),
    log: Type.Object(
      {
        level: Type.Union(
          [Type.Literal("debug"), Type.Literal("info"), Type.Literal("warn"), Type.Literal("error")],
          {
            description: "The least important lines that are written",
            default: "info",
          },
        ),
      },
      { additionalProperties: false, default: {} },
    ),
    intake: Type.Object(
      {
        stableAfterSeconds: Type.Number({
          description: "A study is complete when nothing came for this long and no association of it is open",
          minimum: 0.1,
          maximum: 86_400,
          default: 60,
        }),
        lateInstances: Type.Union(
          [Type.Literal("revise"), Type.Literal("ignore"), Type.Literal("new-study")],
          {
            description:
              "What instances do that come after a study was complete: revise runs the whole route again with all " +
              "of them, ignore keeps them and runs nothing, new-study makes a study of their own of them, which " +
              "runs the route by itself, and leaves the first one as it is",
            default: "revise",
          },
        ),
        flush: Type.Boolean({
          description:
            "Flush files to the disk before a sender gets its success. Switched off, a power cut loses objects " +
            "that were acknowledged: for benchmarks and scratch machines only",
          default: true,
        }),
        warnFreeMegabytes: Type.Integer({
          description:
            "High mark: with less free space than this log, health, journal and console warn, and receiving goes " +
            "on; 0 never warns",
          minimum: 0,
          default: 5120,
        }),
        keepFreeMegabytes: Type.Integer({
          description:
            "Low mark: so much stays free. What would reach below it is refused: C-STORE answers 0xA700 (out of " +
            "resources), and steps wait. With a tenth more all goes on by itself; 0 keeps nothing free",
          minimum: 0,
          default: 1024,
        }),
      },
      { additionalProperties: false, default: {} },
    ),
    uploads: UploadSettings,
    upkeep: UpkeepSettings,
    alerts: AlertSettings,
    updates: UpdateSettings,
    cloud: CloudSettings,
    steps: Type.Object(
      {
        attempts: Type.Integer({
          description: "Tries of a step before it is given up",
          minimum: 1,
          maximum: 100,
          default: 5,
        }),
        firstDelaySeconds: Type.Number({
          description: "Wait before the second try; doubles each time",
          minimum: 0.05,
          default: 5,
        }),
        longestDelaySeconds: Type.Number({
          description: "The wait between tries never grows beyond this",
          minimum: 0.05,
          default: 900,
        }),
      },
      { additionalProperties: false, default: {} },
    ),
    secrets: Type.Object(
      {
        keyFile: Type.Optional(
          text(
            "File with the site's secret, 64 hex digits, relative to this file. Without it the hub makes one at its " +
              "first start: keys/site.key in the data folder. THALAMUS_SITE_KEY_FILE wins over both",
          ),
        ),
        previousKeyFiles: Type.Array(text("File with a secret the site had before"), {
          description: "Secrets of before a change, so that what was sealed with them can still be opened",
          default: [],
        }),
      },
      { additionalProperties: false, default: {} },
    ),
    settings: Type.Object(
      {
        source: Type.Union([Type.Literal("shared"), Type.Literal("file")], {
          description:
            "shared: the newest version of the settings counts, whether this file or the console made it, for all hubs " +
            "of the database. file: this hub lives from this file alone, and the console shows its settings only",
          default: "shared",
        }),
      },
      { additionalProperties: false, default: {} },
    ),
    plugins: Type.Array(PluginEntry, {
      description: "One entry for each plugin this hub runs",
      default: [],
    }),
    route: Type.Object(
      {
        check: Type.Array(text("Name of a plugin entry of kind check"), { default: [] }),
        deidentify: Type.Array(text("Name of a plugin entry of kind transform"), {
          description:
            "Makes the copy that may leave the house, after the checks and before any order; at most one. Plugins " +
            "that send studies out need it",
          default: [],
          maxItems: 1,
        }),
        process: Type.Array(
          Type.Object(
            {
              plugin: text("Name of a plugin entry of kind process"),
              product: text("Product to run a study through"),
              params: Type.Record(Type.String(), Type.Unknown(), {
                description: "Parameters of the product",
                default: {},
              }),
            },
            { additionalProperties: false },
          ),
          {
            description:
              "Products a study is run through. A productTag may choose others; those named here keep their params",
            default: [],
          },
        ),
        productTag: Type.Optional(ProductTag),
        deliver: Type.Array(text("Name of a plugin entry of kind deliver"), {
          description: "Destinations of results",
          default: [],
          maxItems: 5,
        }),
        deliverFailures: Type.Optional(
          Type.Array(text("Name of a plugin entry of kind deliver"), {
            description:
              "Destinations of failure reports. Left out, they go where results go, and each destination's settings " +
              "say whether it takes them",
            maxItems: 5,
          }),
        ),
      },
      { additionalProperties: false, default: {} },
    ),
  },
  { additionalProperties: false, title: "Thalamus hub configuration" },
);

export type HubConfig = Static<typeof HubConfigSchema>;
export type PluginEntryConfig = Static<typeof PluginEntry>;

/** The name a plugin entry goes by: its own, or that of the plugin. */
export function entryName(entry: PluginEntryConfig): string {
  const plugin = entry.use ?? entry.package ?? entry.path ?? "";
  return (
    entry.name ??
    plugin
      .replace(/^@[^/]+\//, "")
      .replace(/^.*\//, "")
      .replace(/^plugin-/, "")
  );
}
