// What a schema cannot say about the settings of signing in, and where their files are.
import { createPrivateKey, X509Certificate } from "node:crypto";
import { parseNetworks } from "@thalamus/sdk";
import { certificateProblem, pemBlocks } from "../access/sso/saml/idp-certificates.ts";
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
    const line = lineOf(`/access/${name.replaceAll(".", "/")}`) ?? lineOf(`/access/${name.split(".")[0]}`);
    problems.push({ path: `access.${name}`, line, message });
  };
  if (mode !== "local" && !saml && !oidc)
    add("mode", `"${mode}" needs an identity provider: access.saml or access.oidc`);
  if ((saml || oidc) && baseUrl === undefined) add("baseUrl", "is needed for single sign-on");
  if (saml) samlProblems(saml, add);
  try {
    parseNetworks(access.privateNetworks, "http.private-networks");
  } catch (error) {
    add("privateNetworks", (error as Error).message);
  }
  return problems;
}

type Add = (name: string, message: string) => void;

function samlProblems(saml: NonNullable<AccessSettings["saml"]>, add: Add): void {
  const { metadataUrl, followMetadata, metadataFile, idpEntityId, idpSsoUrl } = saml;
  const { idpCertificates, idpCertificateFiles, certificate, privateKey } = saml;
  const isPublished = (metadataUrl !== undefined && followMetadata) || metadataFile !== undefined;
  const hasCertificate = idpCertificates !== undefined || idpCertificateFiles.length > 0;
  if (!isPublished && (idpEntityId === undefined || idpSsoUrl === undefined || !hasCertificate)) {
    add("saml.metadataUrl", "is needed, or idpEntityId with idpSsoUrl and idpCertificates");
  }
  if (!saml.requireSignedAssertions && !saml.requireSignedResponse) {
    const message = "signed assertions, a signed response, or both must be required";
    add("saml.requireSignedAssertions", message);
  }
  if (saml.decryptAssertions) {
    const hasKey = privateKey !== undefined || saml.privateKeyFile !== undefined;
    const isPublic = certificate !== undefined || saml.certificateFile !== undefined;
    if (!hasKey || !isPublic) add("saml.decryptAssertions", "needs the hub's key and its certificate");
    if (!saml.requireSignedResponse) add("saml.decryptAssertions", "needs requireSignedResponse");
  }
  //
  const wrong = idpCertificates === undefined ? undefined : certificatesProblem(idpCertificates);
  if (wrong !== undefined) add("saml.idpCertificates", wrong);
  if (certificate !== undefined) {
    const [own] = pemBlocks(certificate);
    if (own === undefined || !isCertificate(own)) {
      add("saml.certificate", "is no X.509 certificate in PEM (-----BEGIN CERTIFICATE-----)");
    } else if (privateKey !== undefined && isKey(privateKey) && !fits(own, privateKey)) {
      add("saml.certificate", "does not belong to the key");
    }
  }
  if (privateKey !== undefined && !isKey(privateKey)) {
    add("saml.privateKey", "is no private key in PEM without a passphrase");
  }
}

function certificatesProblem(pem: string): string | undefined {
  const blocks = pemBlocks(pem);
  if (blocks.length === 0) return "has no certificate in PEM (-----BEGIN CERTIFICATE-----)";
  return blocks.map((one, index) => certificateProblem(one, index)).find((one) => one !== undefined);
}

const isCertificate = (pem: string): boolean => works(() => new X509Certificate(pem));
const isKey = (pem: string): boolean => works(() => createPrivateKey(pem));
const fits = (pem: string, key: string): boolean =>
  new X509Certificate(pem).checkPrivateKey(createPrivateKey(key));

function works(read: () => unknown): boolean {
  try {
    read();
    return true;
  } catch {
    return false;
  }
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
  for (const name of ["certificateFile", "keyFile", "caFile", "folder"] as const) {
    if (tls[name] !== undefined) tls[name] = beside(tls[name]);
  }
}
