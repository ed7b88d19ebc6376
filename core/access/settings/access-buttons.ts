// Buttons of the settings of single sign-on: reading an identity provider's metadata, and trying to sign in with what
// nobody has saved.
import { accessProblems, resolveAccessFiles } from "../../config/access-problems.ts";
import type { AccessSettings } from "../../config/access-settings.ts";
import type { ActionAnswer, SectionButtons } from "../../settings/sections.ts";
import type { Access } from "../open-access.ts";
import { fetchMetadata, openIdpFetch } from "../sso/idp-fetch.ts";
import { readIdpMetadata } from "../sso/saml/identity-provider.ts";
import { certificateWords } from "../sso/saml/idp-certificates.ts";
import { SignInTrials } from "../sso/sign-in-trial.ts";

export function accessButtons(access: Access, beside: (path: string) => string): SectionButtons {
  const trials = new SignInTrials(access);
  return {
    actions: [
      { id: "fetch-metadata", label: "Fetch metadata", at: "saml.metadataUrl" },
      { id: "try-saml", label: "Try SAML sign-in", opensWindow: true },
      { id: "try-oidc", label: "Try OpenID Connect sign-in", opensWindow: true },
    ],
    act: async (action, settings) => {
      const wanted = structuredClone(settings) as AccessSettings;
      if (action === "fetch-metadata") return fetched(wanted);
      const way = action === "try-saml" ? "saml" : "oidc";
      const problem = wanted[way] ? problemOf(wanted, way) : `${WORDS[way]} is not set up in this form.`;
      if (problem !== undefined) return { ok: false, message: problem };
      resolveAccessFiles(wanted, beside);
      try {
        const ticket = await trials.prepare(way, wanted);
        const message = "Sign in in the window that has opened. Nobody is signed in here by it.";
        return { ok: true, message, open: `/api/sso/try?ticket=${ticket}` };
      } catch (error) {
        return { ok: false, message: sentence((error as Error).message) };
      }
    },
  };
}

const WORDS = { saml: "SAML", oidc: "OpenID Connect" } as const;

/** */
async function fetched({ saml, privateNetworks }: AccessSettings): Promise<ActionAnswer> {
  if (saml?.metadataUrl === undefined) return { ok: false, message: "Fill in the metadata address first." };
  try {
    const http = openIdpFetch(privateNetworks);
    const xml = await fetchMetadata(saml.metadataUrl, http).finally(() => http.close());
    const { entityId, ssoUrl, sloUrl, certificates } = readIdpMetadata(xml);
    const known = { idpEntityId: entityId, idpSsoUrl: ssoUrl, idpSloUrl: sloUrl ?? "" };
    return {
      ok: true,
      message: "The metadata was read. Compare, and take over what it says.",
      details: certificates.map(certificateWords),
      values: { saml: { ...known, idpCertificates: certificates.join("") } },
    };
  } catch (error) {
    return { ok: false, message: sentence((error as Error).message) };
  }
}

/** What would keep these settings from being saved, as far as this way goes. */
function problemOf(settings: AccessSettings, way: "saml" | "oidc"): string | undefined {
  const other = way === "saml" ? "oidc" : "saml";
  const { [other]: _, ...own } = settings;
  const [first] = accessProblems({ ...own, mode: "both" }, () => undefined);
  return first && sentence(`${first.path.replace(/^access\./, "")} ${first.message}`);
}

const sentence = (text: string): string => {
  const begun = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(begun) ? begun : `${begun}.`;
};
