// Where a browser goes to sign out at the identity provider too, after its session here has ended.
import type { SessionRow } from "../../database/entities/account.ts";
import type { Access } from "../open-access.ts";

/** Undefined for a session with a password, and when the provider has no such address or is away. */
export async function goodbyeAt(
  access: Access,
  session: SessionRow | undefined,
): Promise<string | undefined> {
  const { sso, openIdToken } = access;
  try {
    if (session?.door === "saml") return await sso.saml?.logout.urlFor(session);
    if (session?.door !== "oidc") return undefined;
    return await sso.oidc?.logoutUrl(session.idToken ? openIdToken(session.idToken) : undefined);
  } catch {
    // signing out here must not hang on somebody else's server
    return undefined;
  }
}
