// Gets an image by its digest, unless the engine has it.
import { readFile } from "node:fs/promises";
import { EngineRefusal } from "../engine-http.ts";
import { LineCutter } from "../product-lines.ts";
import type { DockerEngine } from "./docker-engine.ts";
import type { DockerSettings } from "./docker-settings.ts";

/** The engine or the registry did not give the image; the words are theirs, for the log. */
export class PullFailed extends Error {
  override readonly name = "PullFailed";
}

export interface PullOptions {
  readonly registry: DockerSettings["registry"];
  readonly signal: AbortSignal;
  /** @param value of the bytes that are known to be needed, 0 to 1 */
  readonly onProgress: (value: number) => void;
}

/**
 * @param name by digest
 * @returns whether it had to be pulled
 * @throws PullFailed, EngineAway, the reason of the signal
 */
export async function requireImage(
  engine: DockerEngine,
  name: string,
  options: PullOptions,
): Promise<boolean> {
  if (await hasImage(engine, name)) return false;
  try {
    await pull(engine, name, options);
  } catch (error) {
    if (error instanceof EngineRefusal) throw new PullFailed(error.message);
    throw error;
  }
  if (await hasImage(engine, name)) return true;
  throw new PullFailed("the engine does not have the image after the pull");
}

export async function hasImage(engine: DockerEngine, name: string): Promise<boolean> {
  try {
    await engine.image(name);
    return true;
  } catch (error) {
    if (error instanceof EngineRefusal && error.status === 404) return false;
    throw error;
  }
}

interface PullLine {
  readonly id?: string;
  readonly progressDetail?: { readonly current?: number; readonly total?: number };
  readonly error?: string;
}

async function pull(engine: DockerEngine, name: string, options: PullOptions): Promise<void> {
  const layers = new Map<string, { current: number; total: number }>();
  let failure: string | undefined;
  const cutter = new LineCutter((text) => {
    const { id, progressDetail, error } = lineOf(text);
    if (error !== undefined) failure = error;
    if (id === undefined || progressDetail?.total === undefined) return;
    layers.set(id, { current: progressDetail.current ?? 0, total: progressDetail.total });
    const sum = (what: "current" | "total") => [...layers.values()].reduce((all, one) => all + one[what], 0);
    options.onProgress(sum("total") === 0 ? 0 : Math.min(1, sum("current") / sum("total")));
  });
  const login = await loginOf(options.registry);
  const body = await engine.pull(name, login, options.signal);
  for await (const chunk of body) cutter.feed(chunk as Buffer);
  cutter.end();
  if (failure !== undefined) throw new PullFailed(failure);
}

function lineOf(text: string): PullLine {
  try {
    return JSON.parse(text) as PullLine;
  } catch {
    return {};
  }
}

/** As the header X-Registry-Auth wants it (Docker Engine API, "Authentication"). */
async function loginOf(registry: DockerSettings["registry"]): Promise<string | undefined> {
  if (!registry) return undefined;
  const { user, password, passwordFile } = registry;
  const secret = password ?? (passwordFile ? (await readFile(passwordFile, "utf8")).trim() : "");
  return Buffer.from(JSON.stringify({ username: user, password: secret })).toString("base64url");
}
