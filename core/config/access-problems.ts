// What a schema cannot say about the settings of signing in, and where their files are.
import type { AccessSettings } from "./access-settings.ts";
import type { ConfigProblem } from "./config-problem.ts";
import type { HubConfig } from "./hub-config.ts";

export function accessProblems(
  access: AccessSettings,
  lineOf: (pointer: string) => number | undefined,
): ConfigProblem[] {
  const { mode, baseUrl, saml, oidc } = access;
  const problems: ConfigProblem[] = [];
  const add = (name: string, message: string) => {
    problems.push({ path: `access.${name}`, line: lineOf(`/access/${name}`), message });
  };
  if (mode !== "local" && !saml && !oidc)
    add("mode", `"${mode}" needs an identity provider: access.saml or access.oidc`);
  if ((saml || oidc) && baseUrl === undefined) add("baseUrl", "is needed for single sign-on");
  if (saml && saml.metadataUrl === undefined && saml.metadataFile === undefined) {
    const { idpEntityId, idpSsoUrl, idpCertificateFiles } = saml;
    if (idpEntityId === undefined || idpSsoUrl === undefined || idpCertificateFiles.length === 0) {
      add("saml", "needs metadataUrl, metadataFile, or idpEntityId with idpSsoUrl and idpCertificateFiles");
    }
  }
  if (saml && !saml.requireSignedAssertions && !saml.requireSignedResponse) {
    add("saml", "must require signed assertions, a signed response, or both");
  }
  return problems;
}

/** Makes the paths absolute, in place. */
export function resolveAccessFiles({ saml, oidc }: AccessSettings, beside: (path: string) => string): void {
  if (saml) {
    for (const name of ["metadataFile", "privateKeyFile", "certificateFile"] as const) {
      if (saml[name] !== undefined) saml[name] = beside(saml[name]);
    }
    saml.idpCertificateFiles = saml.idpCertificateFiles.map(beside);
  }
  if (oidc?.clientSecretFile !== undefined) oidc.clientSecretFile = beside(oidc.clientSecretFile);
}

export function resolveTlsFiles(tls: HubConfig["http"]["tls"], beside: (path: string) => string): void {
  if (!tls) return;
  for (const name of ["certificateFile", "keyFile", "caFile"] as const) {
    if (tls[name] !== undefined) tls[name] = beside(tls[name]);
  }
}
