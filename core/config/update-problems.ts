// What a schema cannot say about the settings of updates, and their paths made absolute.

import { parsePublicKey } from "../updates/release.ts";
import type { ConfigProblem } from "./config-problem.ts";
import type { UpdateSettings } from "./update-settings.ts";

export function updateProblems(
  { feed, publicKey, updater, systemd, compose }: UpdateSettings,
  lineOf: (pointer: string) => number | undefined,
): ConfigProblem[] {
  const problem = (field: string, message: string): ConfigProblem => {
    return { path: field, line: lineOf(`/${field.replaceAll(".", "/")}`) ?? lineOf("/updates"), message };
  };
  const found: ConfigProblem[] = [];
  if (feed !== undefined && publicKey === undefined)
    found.push(problem("updates", "a feed needs publicKey: unsigned releases are refused"));
  if (publicKey !== undefined && !parsePublicKey(publicKey))
    found.push(problem("updates.publicKey", "is no Ed25519 public key in PEM or base64"));
  if (updater === "systemd" && !systemd)
    found.push(problem("updates", 'updater "systemd" needs systemd: releases and current'));
  if (updater === "compose" && !compose)
    found.push(problem("updates", 'updater "compose" needs compose: folder and image'));
  return found;
}

/** An address stays what it is. */
export function resolveUpdateFiles(settings: UpdateSettings, beside: (path: string) => string): void {
  const { feed, caFile, systemd, compose } = settings;
  if (feed !== undefined && !isAddress(feed)) settings.feed = beside(feed);
  if (caFile !== undefined) settings.caFile = beside(caFile);
  if (systemd)
    Object.assign(systemd, { releases: beside(systemd.releases), current: beside(systemd.current) });
  if (compose) compose.folder = beside(compose.folder);
}

export const isAddress = (feed: string): boolean => /^https?:\/\//.test(feed);
