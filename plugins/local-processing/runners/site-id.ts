// Tells the containers of this site from those of another on the same engine.
import { randomUUID } from "node:crypto";
import { link, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** @param folder of the plugin entry; the hubs of a site share it, and so the id */
export async function siteId(folder: string): Promise<string> {
  const path = join(folder, "site-id");
  const fresh = `${path}.${randomUUID()}`;
  await writeFile(fresh, randomUUID());
  // whoever comes first decides, and nobody reads half of it
  await link(fresh, path).catch(() => undefined);
  await rm(fresh);
  return readFile(path, "utf8");
}
