// Where the hub has its knowledge of the identity provider from: the settings, a file, or an address that is read again.
import { readFileSync } from "node:fs";
import type { MikroORM } from "@mikro-orm/postgresql";
import type { SamlSettings } from "../../../config/sso-settings.ts";
import type { HubLog } from "../../../observe/log.ts";
import { fetchMetadata, type IdpFetch } from "../idp-fetch.ts";
import { checkedIdp, readIdpMetadata, type SamlIdp } from "./identity-provider.ts";
import { pemBlocks } from "./idp-certificates.ts";

const FRESH = "12 hours";

export interface IdpSourceParts {
  readonly settings: SamlSettings;
  readonly orm: MikroORM;
  readonly log: HubLog;
  readonly fetch: IdpFetch["fetch"];
}

/**
 * A-128 The identity provider as the settings name it.
 * @throws Error for settings, files or certificates that cannot be used; only an address may fail later
 */
export function idpSource(parts: IdpSourceParts): () => Promise<SamlIdp> {
  const { metadataUrl, followMetadata, metadataFile, idpEntityId } = parts.settings;
  const given = givenIdp(parts.settings);
  if (metadataUrl !== undefined && followMetadata) {
    return async () => {
      const idp = await publishedIdp(metadataUrl, parts).catch((error: unknown) => {
        if (given) return given;
        throw error;
      });
      // whoever can change what is published there must not become another identity provider
      if (idpEntityId !== undefined && idp.entityId !== idpEntityId) {
        throw new Error("the metadata is of another identity provider than idpEntityId names");
      }
      return idp;
    };
  }
  if (metadataFile !== undefined) {
    const idp = readIdpMetadata(readFileSync(metadataFile, "utf8"));
    return async () => idp;
  }
  if (!given) {
    throw new Error(
      "access.saml needs metadataUrl, metadataFile, or idpEntityId with idpSsoUrl and idpCertificates",
    );
  }
  return async () => given;
}

/** What stands in the settings themselves, when that is enough. */
function givenIdp(settings: SamlSettings): SamlIdp | undefined {
  const { idpEntityId, idpSsoUrl, idpSloUrl, idpCertificates = "", idpCertificateFiles } = settings;
  const certificates = [
    ...pemBlocks(idpCertificates),
    ...idpCertificateFiles.map((file) => readFileSync(file, "utf8")),
  ];
  if (idpEntityId === undefined || idpSsoUrl === undefined || certificates.length === 0) return undefined;
  return checkedIdp({ entityId: idpEntityId, ssoUrl: idpSsoUrl, sloUrl: idpSloUrl, certificates });
}

/** Hubs share what one of them fetched; with the provider away the last good copy counts. */
async function publishedIdp(url: string, { orm, log, fetch }: IdpSourceParts): Promise<SamlIdp> {
  const em = orm.em.fork();
  const [kept] = await em.execute<{ xml: string; fresh: boolean }[]>(
    `select xml, fetched_at > now() - interval '${FRESH}' as fresh from idp_metadata where url = ?`,
    [url],
  );
  if (kept?.fresh) return readIdpMetadata(kept.xml);
  try {
    const xml = await fetchMetadata(url, { fetch });
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
