// Everything that can be done before anything is changed: the backup, the download, the unpacking; and the plan of the rest.
import { mkdir, realpath, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Http, HttpError } from "@thalamus/sdk";
import type { UpdateSettings } from "../config/update-settings.ts";
import type { OfflineRelease } from "./offline-release.ts";
import type { Release } from "./release.ts";
import { checkArchive, unpackRelease } from "./release-archive.ts";
import { addressOf, destinationOf } from "./release-feed.ts";
import {
  type ComposePlan,
  readVariable,
  runCommand,
  type SwitchPlan,
  type SystemdPlan,
} from "./switch-plan.ts";
import { UpdateRefusal } from "./update-refusal.ts";

export interface PrepareParts {
  readonly settings: UpdateSettings;
  readonly http: Http;
  /** For what is downloaded. */
  readonly folder: string;
  readonly offline: OfflineRelease | undefined;
  readonly log: (text: string) => void;
  readonly stage: (message: string) => Promise<void>;
}

/** @throws UpdateRefusal; what runs goes on as it was */
export async function prepareUpdate(
  release: Release,
  parts: PrepareParts,
  signal: AbortSignal,
): Promise<SwitchPlan> {
  const { settings, stage, log } = parts;
  if (settings.backup.length > 0) {
    await stage("The backup runs.");
    await runCommand(settings.backup, log).catch((error: Error) => {
      throw new UpdateRefusal(
        "update.backup",
        `The backup failed, so nothing was changed: ${error.message}.`,
      );
    });
  }
  return settings.updater === "systemd"
    ? await forSystemd(release, parts, signal)
    : forCompose(release, parts);
}

async function forSystemd(release: Release, parts: PrepareParts, signal: AbortSignal): Promise<SystemdPlan> {
  const { settings, stage } = parts;
  const { releases, current, restart } = settings.systemd!;
  if (!release.archive)
    throw new UpdateRefusal(
      "update.no-archive",
      "The release comes without an archive, which the updater systemd needs.",
    );
  const back = await realpath(current).catch(() => {
    throw new UpdateRefusal("update.no-link", `${current} leads to no release (updates.systemd.current).`);
  });
  const archive = await archiveOf(release.archive, parts, signal);
  await stage("The release is unpacked.");
  const forward = join(releases, release.version);
  await unpackRelease(archive, forward, signal);
  await rm(join(parts.folder, "download"), { recursive: true, force: true });
  return { kind: "systemd", link: current, forward, back, restart };
}

/** Where the archive is, checked. */
async function archiveOf(
  { url, bytes, sha256 }: NonNullable<Release["archive"]>,
  { settings, http, folder, offline, stage }: PrepareParts,
  signal: AbortSignal,
): Promise<string> {
  const taken = offline?.files.archive;
  if (taken !== undefined) {
    await checkArchive(taken, sha256);
    return taken;
  }
  if (url === undefined)
    throw new UpdateRefusal(
      "update.no-archive",
      "The release says nowhere where its archive is. Upload it as a file.",
    );
  const address = addressOf(url, settings.feed);
  await stage("The release is downloaded.");
  if (address.protocol === "file:") {
    const path = fileURLToPath(address);
    await checkArchive(path, sha256);
    return path;
  }
  const path = join(folder, "download", "archive.tar.gz");
  await mkdir(join(folder, "download"), { recursive: true, mode: 0o700 });
  const answer = await http
    .send(
      { ...destinationOf(address.href, settings), timeouts: { totalMs: 3_600_000 } },
      { method: "GET", url: address.href, saveTo: { path, maxBytes: bytes } },
      signal,
    )
    .catch((error: unknown) => {
      if (error instanceof HttpError)
        throw new UpdateRefusal("update.unreachable", `The release cannot be fetched. ${error.message}`);
      throw error;
    });
  if (!answer.saved)
    throw new UpdateRefusal("update.unreachable", `The release cannot be fetched: ${answer.status}.`);
  if (answer.saved.sha256 !== sha256)
    throw new UpdateRefusal(
      "update.checksum",
      "The archive differs from the checksum in the signed release. It was not taken.",
    );
  return path;
}

async function forCompose(release: Release, { settings, offline }: PrepareParts): Promise<ComposePlan> {
  const { folder, envFile, variable, image, service, command } = settings.compose!;
  const own = release.images?.find(({ name }) => name === image);
  if (!own)
    throw new UpdateRefusal(
      "update.no-image",
      `The release has no image named ${image} (updates.compose.image).`,
    );
  const path = join(folder, envFile);
  const loaded = offline?.files.imageArchive;
  if (loaded !== undefined && release.imageArchive) await checkArchive(loaded, release.imageArchive.sha256);
  const fetch = loaded === undefined ? [[...command, "pull", service]] : [["docker", "load", "-i", loaded]];
  return {
    ...{ kind: "compose", folder, envFile: path, variable, fetch },
    // an image that was loaded from a file has no digest of a registry
    forward: loaded === undefined ? `${image}@${own.digest}` : `${image}:${own.tag}`,
    back: readVariable(path, variable),
    restart: [...command, "up", "-d", service],
  };
}

/** For a site where a person updates the hub. */
export function updateCommands(release: Release): string[] {
  const { archive, images = [], version } = release;
  const ofArchive =
    archive === undefined
      ? []
      : [
          ...(archive.url === undefined ? [] : [`curl -fLO ${archive.url}`]),
          `echo "${archive.sha256}  ${fileName(archive.url)}" | sha256sum -c`,
          `mkdir releases/${version} && tar -xzf ${fileName(archive.url)} -C releases/${version}`,
          `ln -sfn releases/${version} current && systemctl restart thalamus`,
        ];
  return [...ofArchive, ...images.map(({ name, digest }) => `docker pull ${name}@${digest}`)];
}

const fileName = (url: string | undefined): string => url?.split("/").at(-1) ?? "archive.tar.gz";
