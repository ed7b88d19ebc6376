// Settings of products that run as Jobs of a Kubernetes cluster.
import { type Static, Type } from "@thalamus/sdk";
import { group, optionalText, runUser } from "../setting-kinds.ts";

const NAME = "^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$";

export const KubernetesSettings = Type.Object(
  {
    server: Type.Optional(
      Type.String({
        title: "Server",
        description: "Address of the API server; left out for the cluster that the hub itself runs in.",
        pattern: "^https://[^\\s]+$",
      }),
    ),
    caFile: optionalText("Authority", "PEM file with the authority of the server's certificate; absolute."),
    tokenFile: optionalText(
      "Token",
      "File with the token of a service account; read again for each request.",
    ),
    namespace: Type.Optional(
      Type.String({
        title: "Namespace",
        description: "Where Jobs are made; left out for the hub's own.",
        pattern: NAME,
      }),
    ),
    volumeClaim: Type.Optional(
      Type.String({
        title: "Volume claim",
        description:
          "The claim of the volume with the hub's data folder; it must be mountable by hub and products together.",
        pattern: NAME,
      }),
    ),
    volumeFolder: Type.String({
      title: "Folder of the volume",
      description: "Where that volume is mounted in the hub, absolute.",
      pattern: "^/.*$",
      default: "/data",
    }),
    user: runUser(
      "User and group in the pod by number. Left out: 10001:10001 when the hub runs as root, else the hub's own.",
    ),
    pullSecret: Type.Optional(
      Type.String({
        title: "Pull secret",
        description: "Name of the secret for the registry of the images.",
        pattern: NAME,
      }),
    ),
    nodeSelector: Type.Optional(
      Type.Record(Type.String(), Type.String(), {
        title: "Nodes",
        description: "Labels that a node must have, by name.",
      }),
    ),
    startSeconds: Type.Integer({
      title: "Longest wait for a start",
      description: "A Job that does not run by then, for want of room or of its image, is tried again later.",
      minimum: 1,
      maximum: 86_400,
      default: 600,
    }),
  },
  {
    ...group,
    title: "Kubernetes",
    description: "The cluster that runs products as Jobs.",
    default: { volumeFolder: "/data", startSeconds: 600 },
  },
);

export type KubernetesSettings = Static<typeof KubernetesSettings>;
