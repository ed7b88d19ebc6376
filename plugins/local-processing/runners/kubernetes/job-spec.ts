// The Job of a run: what the product sees, what it may take, and what each exit code means to the cluster.
import { createHash } from "node:crypto";
import { relative } from "node:path";
import type { Job, PodFailurePolicy } from "kubernetes-types/batch/v1.js";
import type { ResourceRequirements, VolumeMount } from "kubernetes-types/core/v1.js";
import { bytesOf } from "../../product-description.ts";
import type { RunUser } from "../run-user.ts";
import type { ProductRun, RunFolders } from "../runner.ts";
import { CONTAINER } from "./kubernetes-api.ts";
import type { KubernetesSettings } from "./kubernetes-settings.ts";

export const SITE_LABEL = "thalamus.site";
/** A NetworkPolicy of the site selects pods by it and permits nothing. */
const NETWORK_LABEL = "thalamus.network";
export const RUN_NOTE = "thalamus.run";
/** The folder of the try, as the hub sees it: when it is gone, nobody wants the Job. */
export const FOLDER_NOTE = "thalamus.folder";

/** Where a container sees its folders. */
export const INSIDE: RunFolders = { in: "/in", out: "/out", work: "/work" };

/** The hub ends a run that is too long by itself; the cluster does it when there is no hub any more. */
const SPARE_SECONDS = 120;
/** A Job that nobody removed; the hub does so at once. */
const KEEP_FINISHED_SECONDS = 3600;
const TMP_SIZE = "256Mi";

/**
 * What ends the Job for good, what may count as a try, and what is nobody's fault. Tries are the hub's: each has a fresh
 * output folder and its number in job.json, which a second pod of the same Job would not have. So no failure is repeated
 * by the cluster (`backoffLimit` 0); only a pod that the cluster itself took away is made again.
 */
const FAILURES: PodFailurePolicy = {
  rules: [
    {
      action: "FailJob",
      onExitCodes: { containerName: CONTAINER, operator: "In", values: [3, 4, 10] },
    },
    { action: "Ignore", onPodConditions: [{ type: "DisruptionTarget", status: "True" }] },
    { action: "Count", onExitCodes: { containerName: CONTAINER, operator: "In", values: [75, 137] } },
  ],
};

export interface JobParts {
  readonly site: string;
  readonly folder: string;
  readonly user: RunUser;
  readonly settings: KubernetesSettings;
}

/** Ids of runs are longer than names of Jobs may be. */
export const jobName = (run: string): string =>
  `thalamus-${createHash("sha256").update(run).digest("hex").slice(0, 24)}`;

export function jobSpec(run: ProductRun, { site, folder, user, settings }: JobParts): Job {
  const { product, folders } = run;
  const { words, environment } = run.launch(INSIDE);
  const labels = { [SITE_LABEL]: site, [NETWORK_LABEL]: "none" };
  const mount = (name: keyof RunFolders): VolumeMount => ({
    name: "files",
    mountPath: INSIDE[name],
    subPath: relative(settings.volumeFolder, folders[name]),
    ...(name === "in" ? { readOnly: true } : {}),
  });
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: {
      name: jobName(run.id),
      labels,
      annotations: { [RUN_NOTE]: run.id, [FOLDER_NOTE]: folder },
    },
    spec: {
      parallelism: 1,
      completions: 1,
      backoffLimit: 0,
      activeDeadlineSeconds: Math.ceil(run.timeoutMs / 1000 + settings.startSeconds) + SPARE_SECONDS,
      ttlSecondsAfterFinished: KEEP_FINISHED_SECONDS,
      podFailurePolicy: FAILURES,
      template: {
        metadata: { labels },
        spec: {
          restartPolicy: "Never",
          automountServiceAccountToken: false,
          enableServiceLinks: false,
          terminationGracePeriodSeconds: Math.max(1, Math.ceil((run.graceMs ?? 5000) / 1000)),
          // no fsGroup: the cluster would change the group of every file of the volume
          securityContext: {
            runAsNonRoot: true,
            runAsUser: user.uid,
            runAsGroup: user.gid,
            seccompProfile: { type: "RuntimeDefault" },
          },
          ...(settings.nodeSelector ? { nodeSelector: settings.nodeSelector } : {}),
          ...(settings.pullSecret ? { imagePullSecrets: [{ name: settings.pullSecret }] } : {}),
          containers: [
            {
              name: CONTAINER,
              image: product.image ?? "",
              args: [...words],
              env: Object.entries(environment).map(([name, value]) => ({ name, value })),
              resources: resourcesOf(run),
              securityContext: {
                allowPrivilegeEscalation: false,
                privileged: false,
                readOnlyRootFilesystem: true,
                capabilities: { drop: ["ALL"] },
              },
              volumeMounts: [mount("in"), mount("out"), mount("work"), { name: "tmp", mountPath: "/tmp" }],
            },
          ],
          volumes: [
            { name: "files", persistentVolumeClaim: { claimName: settings.volumeClaim ?? "" } },
            { name: "tmp", emptyDir: { sizeLimit: TMP_SIZE } },
          ],
        },
      },
    },
  };
}

/** What it asks for places the pod; caps are only there when the site wants them. */
function resourcesOf({ product, limits }: ProductRun): ResourceRequirements {
  const { cpu, memory, gpu = 0 } = product.resources;
  const cpus = limits.cpus ?? cpu;
  // a number of processors of a cluster has at most three decimals
  const quantity = (value: number) => `${Math.ceil(value * 1000)}m`;
  const devices = gpu > 0 ? { "nvidia.com/gpu": String(gpu) } : {};
  return {
    requests: {
      ...(cpus === undefined ? {} : { cpu: quantity(cpus) }),
      memory: String(limits.memoryBytes ?? bytesOf(memory)),
    },
    limits: {
      ...(limits.cpus === undefined ? {} : { cpu: quantity(limits.cpus) }),
      ...(limits.memoryBytes === undefined ? {} : { memory: String(limits.memoryBytes) }),
      ...devices,
    },
  };
}
