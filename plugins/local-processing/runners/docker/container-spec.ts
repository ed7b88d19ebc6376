// The container of a run: what the product sees, what it may take, and nothing else.
import type { RunUser } from "../run-user.ts";
import type { ProductRun, RunFolders } from "../runner.ts";
import type { DockerSettings } from "./docker-settings.ts";

/** Labels by which containers of a site are found again. */
export const SITE_LABEL = "thalamus.site";
export const RUN_LABEL = "thalamus.run";
/** The folder of the try, as the hub sees it: when it is gone, nobody wants the container. */
export const FOLDER_LABEL = "thalamus.folder";
const PRODUCT_LABEL = "thalamus.product";

/** Where a container sees its folders. */
export const INSIDE: RunFolders = { in: "/in", out: "/out", work: "/work" };

/** Threads and processes; a product that needs more has run wild. */
const MOST_PIDS = 512;
const NANO = 1e9;

export interface SpecParts {
  readonly site: string;
  readonly folder: string;
  readonly user: RunUser;
  readonly hostFolder: DockerSettings["hostFolder"];
}

/**
 * The body of `POST /containers/create`. Folders are mounts and no binds: the engine makes an empty folder for a bind
 * whose source is not there, and refuses such a mount, which tells that `hostFolder` is wrong.
 */
export function containerSpec(run: ProductRun, parts: SpecParts): object {
  const { product, limits, folders } = run;
  const { words, environment } = run.launch(INSIDE);
  const { gpu = 0 } = product.resources;
  const mount = (name: keyof RunFolders) => ({
    Type: "bind",
    Source: atEngine(folders[name], parts.hostFolder),
    Target: INSIDE[name],
    ReadOnly: name === "in",
  });
  return {
    Image: product.image,
    Cmd: words,
    User: `${parts.user.uid}:${parts.user.gid}`,
    Env: Object.entries(environment).map(([name, value]) => `${name}=${value}`),
    AttachStdin: false,
    AttachStdout: true,
    AttachStderr: true,
    Tty: false,
    NetworkDisabled: true,
    Labels: {
      [SITE_LABEL]: parts.site,
      [RUN_LABEL]: run.id,
      [FOLDER_LABEL]: parts.folder,
      [PRODUCT_LABEL]: product.id,
    },
    HostConfig: {
      NetworkMode: "none",
      ReadonlyRootfs: true,
      CapDrop: ["ALL"],
      SecurityOpt: ["no-new-privileges"],
      Privileged: false,
      // a first process that hands signals on and collects the dead
      Init: true,
      PidsLimit: MOST_PIDS,
      ...(limits.memoryBytes === undefined
        ? {}
        : { Memory: limits.memoryBytes, MemorySwap: limits.memoryBytes }),
      ...(limits.cpus === undefined ? {} : { NanoCpus: Math.round(limits.cpus * NANO) }),
      Mounts: [mount("in"), mount("out"), mount("work")],
      Tmpfs: { "/tmp": "rw,nosuid,nodev,size=256m,mode=1777" },
      // what it prints is heard here and stays nowhere: it is free text
      LogConfig: { Type: "none", Config: {} },
      RestartPolicy: { Name: "no", MaximumRetryCount: 0 },
      AutoRemove: false,
      ...(gpu > 0 ? { DeviceRequests: [{ Driver: "", Count: gpu, Capabilities: [["gpu"]] }] } : {}),
    },
  };
}

/** A path of the hub as the engine's machine has it. */
export function atEngine(path: string, map: DockerSettings["hostFolder"]): string {
  if (!map || !`${path}/`.startsWith(`${map.hub.replace(/\/+$/, "")}/`)) return path;
  return `${map.engine.replace(/\/+$/, "")}${path.slice(map.hub.replace(/\/+$/, "").length)}`;
}
