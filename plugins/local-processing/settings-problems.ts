// What a schema cannot say of the settings: whether runs fit the machine, and whether a runner has what it needs.
import { existsSync } from "node:fs";
import type { SettingsProblem } from "@thalamus/sdk";
import { limitProblems, type Machine, thisMachine } from "./run-limits.ts";
import { type RunUser, userOf } from "./runners/run-user.ts";
import type { LocalProcessingSettings } from "./settings.ts";

/** Where a pod finds its service account. */
const IN_CLUSTER = "KUBERNETES_SERVICE_HOST";

/** @param machine and user unless a test has others */
export function settingsProblems(
  settings: LocalProcessingSettings,
  machine: Machine = thisMachine(),
  hub: Partial<RunUser> = { uid: process.getuid?.() ?? 0 },
): SettingsProblem[] {
  const { docker } = settings;
  // of an engine or a cluster elsewhere nobody knows how large it is
  const runsHere =
    settings.runner === "process" || (settings.runner === "docker" && docker.host.startsWith("unix:"));
  return [
    ...(runsHere ? limitProblems(settings, machine) : []),
    ...userProblems(settings, hub.uid),
    ...(settings.runner === "docker" ? dockerProblems(docker) : []),
    ...(settings.runner === "kubernetes" ? kubernetesProblems(settings.kubernetes) : []),
  ];
}

/** Only root may give files to somebody else. */
function userProblems(settings: LocalProcessingSettings, own: number | undefined): SettingsProblem[] {
  const { user } = settings[settings.runner];
  if (user === undefined || own === 0 || userOf(user).uid === own) return [];
  const message = `only a hub that runs as root can run products as ${user}; leave it out, or start the hub as that user`;
  return [{ path: `${settings.runner}.user`, message }];
}

function dockerProblems(docker: LocalProcessingSettings["docker"]): SettingsProblem[] {
  const files = ["caFile", "certificateFile", "keyFile"] as const;
  const named = files.filter((name) => docker[name] !== undefined);
  const problems = named.flatMap((name) => missingFile(`docker.${name}`, docker[name]));
  if (docker.host.startsWith("unix:") && named.length > 0) {
    problems.push({ path: `docker.${named[0]}`, message: "a socket has no TLS; leave it out" });
  }
  if ((docker.certificateFile === undefined) !== (docker.keyFile === undefined)) {
    problems.push({ path: "docker.keyFile", message: "certificateFile and keyFile go together" });
  }
  const { registry } = docker;
  if (registry && (registry.password === undefined) === (registry.passwordFile === undefined)) {
    problems.push({
      path: "docker.registry.password",
      message: "give a password or a passwordFile, one of them",
    });
  }
  return problems;
}

function kubernetesProblems(kubernetes: LocalProcessingSettings["kubernetes"]): SettingsProblem[] {
  const { server, namespace, tokenFile, caFile, volumeClaim } = kubernetes;
  const problems: SettingsProblem[] = [];
  if (volumeClaim === undefined) {
    const message = "name the claim of the volume with the hub's data folder: products get their files on it";
    problems.push({ path: "kubernetes.volumeClaim", message });
  }
  if (server === undefined && process.env[IN_CLUSTER] === undefined) {
    const message = "the hub runs in no cluster; give the address of the API server";
    problems.push({ path: "kubernetes.server", message });
  }
  if (server !== undefined && namespace === undefined) {
    problems.push({ path: "kubernetes.namespace", message: "with a server the namespace is needed, too" });
  }
  if (server !== undefined && tokenFile === undefined) {
    problems.push({ path: "kubernetes.tokenFile", message: "with a server a token is needed, too" });
  }
  problems.push(
    ...missingFile("kubernetes.tokenFile", tokenFile),
    ...missingFile("kubernetes.caFile", caFile),
  );
  return problems;
}

const missingFile = (path: string, file: string | undefined): SettingsProblem[] =>
  file === undefined || existsSync(file) ? [] : [{ path, message: "there is no such file" }];
