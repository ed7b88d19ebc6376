// What speaks against new settings of signing in: files that cannot be used, and that nobody could come in any more.
import { isDeepStrictEqual } from "node:util";
import type { EntityManager } from "@mikro-orm/postgresql";
import type { AccessSettings } from "../../config/access-settings.ts";
import type { ConfigProblem } from "../../config/config-problem.ts";
import { Account } from "../../database/entities/account.ts";
import type { SettingsGuard } from "../../settings/commit-settings.ts";
import { AccessRefusal } from "../access-refusal.ts";
import { permissionsOf } from "../account-permissions.ts";
import { requireWayIn } from "../lock-out-guard.ts";
import type { Access } from "../open-access.ts";

export function accessGuard({ orm, openSso }: Access): SettingsGuard {
  return async (before, after) => {
    const wanted = after.access;
    if (isDeepStrictEqual(before.access, wanted)) return [];
    try {
      await openSso(wanted).close();
    } catch (error) {
      return [problemAt(wanted.saml ? "saml.metadataUrl" : "oidc.issuer", (error as Error).message)];
    }
    const em = orm.em.fork();
    if (wanted.mode === "sso" && before.access.mode !== "sso" && !(await anAdminCameIn(em, wanted))) {
      const message =
        "single sign-on alone can be saved when an administrator has signed in that way: save both, sign in by " +
        "single sign-on as an administrator, then change the mode";
      return [problemAt("mode", message)];
    }
    try {
      await requireWayIn(em, wanted);
      return [];
    } catch (error) {
      if (error instanceof AccessRefusal) return [problemAt("breakGlassAccount", error.message)];
      throw error;
    }
  };
}

/** By an identity provider that still counts with these settings. */
async function anAdminCameIn(em: EntityManager, { saml, oidc }: AccessSettings): Promise<boolean> {
  const sources = [...(saml ? (["saml"] as const) : []), ...(oidc ? (["oidc"] as const) : [])];
  const came = { source: { $in: sources }, disabledAt: null, lastSignInAt: { $ne: null } };
  const providers = { saml: saml?.idpEntityId, oidc: oidc?.issuer };
  for (const { source, subject, role } of await em.find(Account, came)) {
    const wanted = source === "saml" ? providers.saml : providers.oidc;
    if (wanted !== undefined && providerOf(subject) !== wanted) continue;
    if ((await permissionsOf(em, role)).has("accounts.manage")) return true;
  }
  return false;
}

/** Who vouched for an account stands in its subject. */
const providerOf = (subject: string | null | undefined): unknown => {
  const [provider] = JSON.parse(subject ?? "[]") as unknown[];
  return provider;
};

const problemAt = (name: string, message: string): ConfigProblem => ({
  ...{ path: `access.${name}`, line: undefined, message },
});
