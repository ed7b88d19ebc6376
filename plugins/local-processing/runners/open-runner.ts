// Opens the runner that a site has chosen.

import { join } from "node:path";
import type { Log } from "@thalamus/sdk";
import type { LocalProcessingSettings } from "../settings.ts";
import { DockerRunner } from "./docker/docker-runner.ts";
import { KubernetesRunner } from "./kubernetes/kubernetes-runner.ts";
import { Confinement, GUARDS, type Guard } from "./process/confinement.ts";
import { ProcessRunner } from "./process/process-runner.ts";
import type { ProcessSettings } from "./process/process-settings.ts";
import { userOf } from "./run-user.ts";
import type { Runner } from "./runner.ts";
import { siteId } from "./site-id.ts";

/** The site wants an isolation that this machine does not offer. */
export class IsolationMissing extends Error {
  override readonly name = "IsolationMissing";
}

export type RunnerSettings = Pick<LocalProcessingSettings, "runner" | "process" | "docker" | "kubernetes">;

/**
 * @param folder of the plugin entry; shared by the hubs of a site
 * @throws IsolationMissing
 */
export async function openRunner(settings: RunnerSettings, folder: string, log: Log): Promise<Runner> {
  switch (settings.runner) {
    case "process":
      return new ProcessRunner(join(folder, "runs"), await confinementOf(settings.process, log));
    case "docker":
      return new DockerRunner(settings.docker, await siteId(folder), log);
    case "kubernetes":
      return new KubernetesRunner(settings.kubernetes, await siteId(folder), log);
  }
}

async function confinementOf({ isolation, user }: ProcessSettings, log: Log): Promise<Confinement> {
  if (isolation === "none") return Confinement.none;
  const confinement = await Confinement.find(user === undefined ? undefined : userOf(user));
  // nobody asked for another user: it is not missing then
  const wanted = GUARDS.filter((guard) => guard !== "own-user" || user !== undefined);
  const [enforced, missing] = [true, false].map((does) =>
    wanted.filter((guard) => confinement.enforces(guard) === does).join(" "),
  ) as [string, string];
  if (missing === "") log.info("isolation.complete", { enforced });
  else log.warn("isolation.incomplete", { enforced, missing });
  if (isolation === "required" && missing !== "") throw new IsolationMissing(missing);
  return confinement;
}

export type { Guard };
