// Settings of products that run as containers of a Docker engine.
import { Secret, type Static, Type } from "@thalamus/sdk";
import { group, optionalText, runUser, text } from "../setting-kinds.ts";

const FolderMap = Type.Object(
  {
    hub: text("In the hub", "The folder as the hub sees it, absolute: /data"),
    engine: text("At the engine", "The same folder on the engine's machine, absolute: /srv/thalamus"),
  },
  {
    ...group,
    title: "Data folder at the engine",
    description:
      "Only for a hub that runs in a container itself: where its data folder is on the engine's machine.",
  },
);

const RegistryLogin = Type.Object(
  {
    user: text("User", "Account of the registry."),
    password: Type.Optional(Secret({ title: "Password", description: "Password or token." })),
    passwordFile: optionalText(
      "Password file",
      "File with the password instead; absolute; read at each pull.",
    ),
  },
  { ...group, title: "Registry", description: "Sign-in for registries that images are pulled from." },
);

export const DockerSettings = Type.Object(
  {
    host: Type.String({
      title: "Engine",
      description: "unix:///path/of/the/socket, or https://host:2376 with the TLS files below.",
      pattern: "^(unix:///|https://)[^\\s]+$",
      default: "unix:///var/run/docker.sock",
    }),
    caFile: optionalText("Authority", "PEM file with the authority of the engine's certificate; absolute."),
    certificateFile: optionalText("Certificate", "PEM file with the hub's own certificate; absolute."),
    keyFile: optionalText("Key", "PEM file with its key; absolute."),
    user: runUser(
      "User and group in the container by number. Left out: 10001:10001 when the hub runs as root, else the hub's own.",
    ),
    hostFolder: Type.Optional(FolderMap),
    registry: Type.Optional(RegistryLogin),
  },
  {
    ...group,
    title: "Docker",
    description: "The engine that runs products as containers.",
    default: { host: "unix:///var/run/docker.sock" },
  },
);

export type DockerSettings = Static<typeof DockerSettings>;
