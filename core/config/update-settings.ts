// What a site can set about updates of the hub itself. It stands in the file only: whoever may change settings in the
// console may not choose which programs the hub runs.
import { type Static, Type } from "typebox";

const text = (description: string, options: object = {}) =>
  Type.String({ description, minLength: 1, ...options });
const command = (description: string, fallback?: readonly string[]) =>
  Type.Array(Type.String({ minLength: 1 }), {
    description,
    ...(fallback === undefined ? {} : { default: [...fallback] }),
  });

const Systemd = Type.Object(
  {
    releases: text("Folder with one folder for each release, relative to this file"),
    current: text("Symbolic link to the release that runs; the unit starts from it"),
    restart: command("Command that restarts the hub and ends when it has been started", [
      ...["systemctl", "restart", "thalamus"],
    ]),
  },
  { additionalProperties: false },
);

const Compose = Type.Object(
  {
    folder: text("Folder of the compose file, relative to this file"),
    envFile: text("File beside it that compose reads variables from", { default: ".env" }),
    variable: text("Variable that the compose file takes the image from", {
      default: "THALAMUS_IMAGE",
      pattern: "^[A-Z][A-Z0-9_]*$",
    }),
    image: text("Which image of a release the hub itself is, by its name without tag"),
    service: text("Service of the compose file", { default: "hub" }),
    command: command("How compose is called", ["docker", "compose"]),
  },
  { additionalProperties: false },
);

export const UpdateSettings = Type.Object(
  {
    feed: Type.Optional(
      text("Where releases are announced: an https: address, or a file, relative to this file"),
    ),
    publicKey: Type.Optional(
      text(
        "Ed25519 public key of whoever makes the releases, in PEM or as base64 of its DER. A release that is not signed with " +
          "it is refused",
      ),
    ),
    caFile: Type.Optional(
      text("Certificate authority of the feed (PEM), relative to this file; without it those Node.js knows"),
    ),
    proxy: Type.Optional(text("HTTP proxy on the way to the feed")),
    privateNetworks: Type.Array(text("A network"), {
      description: "Networks that the feed may be in although they are private",
      default: [],
    }),
    schedule: Type.String({
      description: "When the feed is looked at: a preset or five fields of cron, as for upkeep",
      minLength: 1,
      maxLength: 200,
      default: "daily-3am",
    }),
    updater: Type.Union([Type.Literal("none"), Type.Literal("systemd"), Type.Literal("compose")], {
      description:
        "How an update is put in place: systemd exchanges a link to the release and restarts the unit, compose changes the " +
        "image and lets compose start it, none shows what a person has to do",
      default: "none",
    }),
    limitSeconds: Type.Integer({
      description: "A new version that does not work so long after the restart is rolled back",
      minimum: 1,
      maximum: 3600,
      default: 300,
    }),
    backup: command(
      "Command that is run before anything is changed; the update is given up when it fails",
      [],
    ),
    launcher: Type.Optional(
      command(
        "Put before the command of the watchdog, so that it outlives the hub: without it systemd-run for systemd, and " +
          "nothing for compose",
      ),
    ),
    systemd: Type.Optional(Systemd),
    compose: Type.Optional(Compose),
  },
  { additionalProperties: false, default: {} },
);

export type UpdateSettings = Static<typeof UpdateSettings>;
