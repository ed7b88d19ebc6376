// What a site can set about processing on its own machines.
import { Settings, type Static, Type } from "@thalamus/sdk";
import { DockerSettings } from "./runners/docker/docker-settings.ts";
import { KubernetesSettings } from "./runners/kubernetes/kubernetes-settings.ts";
import { ProcessSettings } from "./runners/process/process-settings.ts";

const RUNNERS = ["process", "docker", "kubernetes"] as const;

export const LocalProcessingSettings = Settings({
  productFolders: Type.Array(Type.String({ minLength: 1 }), {
    title: "Product folders",
    description:
      "Absolute folders with more products, one subfolder with a product.json for each. They are searched " +
      "before the products that come with the hub.",
    default: [],
  }),
  entitledProducts: Type.Optional(
    Type.Array(Type.String({ pattern: "^[a-z][a-z0-9-]{0,62}$" }), {
      title: "Entitled products",
      description:
        "Ids of the products that may be ordered here; leave out for all that are installed. Others are listed, " +
        "and an order for one ends with a failure report.",
    }),
  ),
  runner: Type.Unsafe<(typeof RUNNERS)[number]>(
    Type.Union(
      RUNNERS.map((kind) => Type.Literal(kind)),
      {
        title: "Runner",
        description:
          "process: on this machine, as the product's command; docker: as a container of its image; kubernetes: as a " +
          "Job. The settings of the other two do not count.",
        default: "process",
      },
    ),
  ),
  process: ProcessSettings,
  docker: DockerSettings,
  kubernetes: KubernetesSettings,
  enforceLimits: Type.Boolean({
    title: "Enforce CPU and memory limits",
    description:
      "Each run may take what cpusPerRun and memoryGbPerRun say, or else what its product.json asks for. Off: no caps.",
    default: true,
  }),
  concurrentRuns: Type.Integer({
    title: "Maximum concurrent runs",
    description:
      "How many products this hub runs at the same time. With cpusPerRun and memoryGbPerRun it is checked against the " +
      "machine when the hub starts.",
    minimum: 1,
    maximum: 64,
    default: 1,
  }),
  cpusPerRun: Type.Optional(
    Type.Number({
      title: "CPU cores per run",
      description:
        "Processors each run may use; leave out for resources.cpu of each product.json. A process gets whole ones.",
      minimum: 0.1,
      maximum: 1024,
    }),
  ),
  memoryGbPerRun: Type.Optional(
    Type.Number({
      title: "Memory limit per run (GB)",
      description:
        "Memory each run may take, in GB of 1024³ bytes; leave out for resources.memory of each product.json.",
      minimum: 0.0625,
      maximum: 65_536,
    }),
  ),
  timeoutSeconds: Type.Optional(
    Type.Integer({
      title: "Longest run in seconds",
      description: "A run is ended after this time; leave out for the time that each product.json names.",
      minimum: 1,
      maximum: 604_800,
    }),
  ),
  silenceSeconds: Type.Integer({
    title: "Longest silence in seconds",
    description:
      "A product that prints no line for so long is taken for hung and ended; not those of other contracts.",
    minimum: 1,
    maximum: 86_400,
    default: 120,
  }),
  attempts: Type.Integer({
    title: "Tries",
    description:
      "After so many tries with a passing fault the order ends with a failure report. Keep it at or below " +
      "the tries of the hub's steps, else the hub gives up first and there is no report.",
    minimum: 1,
    maximum: 100,
    default: 3,
  }),
  keepImages: Type.Integer({
    title: "Earlier images kept",
    description:
      "How many images of a product that were replaced stay for a rollback; older ones are removed from the engine.",
    minimum: 1,
    maximum: 20,
    default: 2,
  }),
});

export type LocalProcessingSettings = Static<typeof LocalProcessingSettings>;
