// Opens the site's secret at the start, and sees that it is the one this database was filled with.
import { join } from "node:path";
import type { EntityManager, MikroORM } from "@mikro-orm/postgresql";
import { AdvisoryLock } from "../database/advisory-locks.ts";
import { journal } from "../observe/journal.ts";
import type { HubLog } from "../observe/log.ts";
import { isOpenToOthers, KeyFileError, keyFileExists, makeKeyFile, readKeyFile } from "./key-file.ts";
import { Sealer } from "./seal.ts";
import { deriveSiteKeys, type HubKeys } from "./site-keys.ts";

export interface SecretParts {
  readonly orm: MikroORM;
  readonly dataFolder: string;
  /** Named by the configuration or the environment; such a file is never made. */
  readonly keyFile: string | undefined;
  readonly previousKeyFiles: readonly string[];
  readonly log: HubLog;
}

export interface SiteSecret {
  readonly keys: HubKeys;
  readonly sealer: Sealer;
}

/** Any number: one hub at a time looks for the secret, makes it, and puts its id on record. */

/**
 * @throws KeyFileError when there is no secret to be had, or another one than this database was filled with: with a
 * new one every patient would get another pseudonym, and nobody would notice
 */
export function openSiteSecret(parts: SecretParts): Promise<SiteSecret> {
  const { orm, keyFile, previousKeyFiles, log } = parts;
  const previous = previousKeyFiles.map((file) => deriveSiteKeys(readKeyFile(file)));
  return orm.em.fork().transactional(async (em) => {
    await em.execute(`select pg_advisory_xact_lock(${AdvisoryLock.siteSecret})`);
    const hasSealed = await holdsSealed(em);
    const file = keyFile ?? join(parts.dataFolder, "keys", "site.key");
    const keys = deriveSiteKeys(secretOf(file, keyFile === undefined, hasSealed));
    if (isOpenToOthers(file)) log.warn("secrets.key-open-to-others", { file });
    await settleKeyId(em, { keys, previous, file, hasSealed, log });
    return { keys, sealer: new Sealer(keys, previous) };
  });
}

function secretOf(file: string, mayMake: boolean, hasSealed: boolean): Buffer {
  if (!mayMake || keyFileExists(file)) return readKeyFile(file);
  if (hasSealed) {
    throw new KeyFileError(
      `the site's secret ${file} is missing, and this database holds pseudonyms that were made with it. Put it back ` +
        "from the backup; docs/operations.md tells what is lost without it",
    );
  }
  return makeKeyFile(file);
}

async function holdsSealed(em: EntityManager): Promise<boolean> {
  const [row] = await em.execute<{ found: boolean }[]>(
    "select exists (select 1 from patient_pseudonym) or exists (select 1 from study_pseudonym) as found",
  );
  return row?.found === true;
}

interface Settling {
  readonly keys: HubKeys;
  readonly previous: readonly HubKeys[];
  readonly file: string;
  readonly hasSealed: boolean;
  readonly log: HubLog;
}

/** Puts the id of the secret on record; a change is taken over only when it was meant, or when nothing depends on it. */
async function settleKeyId(em: EntityManager, settling: Settling): Promise<void> {
  const { keys, previous, file, hasSealed, log } = settling;
  const before = await recordedKeyId(em);
  if (before === keys.keyId) return;
  if (before !== undefined && hasSealed && !previous.some(({ keyId }) => keyId === before)) {
    throw new KeyFileError(
      `the site's secret ${file} is not the one this database was filled with. Put that one back, or name it under ` +
        "secrets.previousKeyFiles if the change is meant: patients then get new pseudonyms",
    );
  }
  await em.execute(
    `insert into site_key (one, key_id) values (true, ?)
       on conflict (one) do update set key_id = excluded.key_id, since = now()`,
    [keys.keyId],
  );
  if (before === undefined) return;
  log.warn("secrets.key-changed", { keyId: keys.keyId });
  await journal(em, { event: "site-key.changed", detail: { from: before, to: keys.keyId } });
}

/** Id of the secret that the database was filled with last. */
export async function recordedKeyId(em: EntityManager): Promise<string | undefined> {
  const [row] = await em.execute<{ key_id: string }[]>("select key_id from site_key");
  return row?.key_id;
}
