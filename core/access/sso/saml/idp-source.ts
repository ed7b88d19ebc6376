// Where the hub has its knowledge of the identity provider from: the settings, a file, or an address that is read again.
import { readFileSync } from "node:fs";
import type { MikroORM } from "@mikro-orm/postgresql";
import type { SamlSettings } from "../../../config/sso-settings.ts";
import type { HubLog } from "../../../observe/log.ts";
import { checkedIdp, readIdpMetadata, type SamlIdp } from "./identity-provider.ts";

const FRESH = "12 hours";
const FETCH_MS = 10_000;
const LARGEST = 2_000_000;

/**
 * A-128 The identity provider as the settings name it.
 * @throws Error for settings, files or certificates that cannot be used; only an address may fail later
 */
export function idpSource(settings: SamlSettings, orm: MikroORM, log: HubLog): () => Promise<SamlIdp> {
  const { metadataUrl, metadataFile, idpEntityId, idpSsoUrl, idpSloUrl, idpCertificateFiles } = settings;
  if (metadataUrl !== undefined) return () => publishedIdp(metadataUrl, orm, log);
  if (metadataFile !== undefined) {
    const idp = readIdpMetadata(readFileSync(metadataFile, "utf8"));
    return async () => idp;
  }
  if (idpEntityId === undefined || idpSsoUrl === undefined) {
    throw new Error(
      "access.saml needs metadataUrl, metadataFile, or idpEntityId with idpSsoUrl and idpCertificateFiles",
    );
  }
  const certificates = idpCertificateFiles.map((file) => readFileSync(file, "utf8"));
  const idp = checkedIdp({ entityId: idpEntityId, ssoUrl: idpSsoUrl, sloUrl: idpSloUrl, certificates });
  return async () => idp;
}

/** Hubs share what one of them fetched; with the provider away the last good copy counts. */
async function publishedIdp(url: string, orm: MikroORM, log: HubLog): Promise<SamlIdp> {
  const em = orm.em.fork();
  const [kept] = await em.execute<{ xml: string; fresh: boolean }[]>(
    `select xml, fetched_at > now() - interval '${FRESH}' as fresh from idp_metadata where url = ?`,
    [url],
  );
  if (kept?.fresh) return readIdpMetadata(kept.xml);
  try {
    const xml = await fetchMetadata(url);
    const idp = readIdpMetadata(xml);
    await em.execute(
      `insert into idp_metadata (url, xml) values (?, ?)
         on conflict (url) do update set xml = excluded.xml, fetched_at = now()`,
      [url, xml],
    );
    return idp;
  } catch (error) {
    log.warn("access.metadata-failed", { error: (error as Error).message.slice(0, 200) });
    if (kept) return readIdpMetadata(kept.xml);
    throw error;
  }
}

/** @throws Error */
export async function fetchMetadata(url: string): Promise<string> {
  const response = await fetch(url, { redirect: "error", signal: AbortSignal.timeout(FETCH_MS) });
  if (!response.ok) throw new Error(`the identity provider answered ${response.status} for its metadata`);
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of response.body ?? []) {
    size += part.length;
    if (size > LARGEST) throw new Error("the metadata is too large");
    parts.push(part);
  }
  return Buffer.concat(parts).toString("utf8");
}
