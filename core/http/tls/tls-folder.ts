// X-022 The certificate files of a folder by their names: the preferred ones, or the older ones.
import { existsSync } from "node:fs";
import { join } from "node:path";

export interface TlsFiles {
  readonly certificateFile?: string | undefined;
  readonly keyFile?: string | undefined;
  readonly caFile?: string | undefined;
  readonly folder?: string | undefined;
}

export interface FoundFiles {
  readonly certificateFile: string;
  readonly keyFile: string;
  readonly caFile: string | undefined;
  /** They have the names of before. */
  readonly isOld: boolean;
}

/** Files that are named win over a folder. Undefined when certificate or key is missing. */
export function foundFiles({ certificateFile, keyFile, caFile, folder }: TlsFiles): FoundFiles | undefined {
  if (certificateFile !== undefined && keyFile !== undefined) {
    return { certificateFile, keyFile, caFile, isOld: false };
  }
  return folder === undefined ? undefined : (inFolder(folder, "tls_", false) ?? inFolder(folder, "", true));
}

function inFolder(folder: string, prefix: string, isOld: boolean): FoundFiles | undefined {
  const at = (name: string) => join(folder, `${prefix}${name}.pem`);
  const [certificateFile, keyFile, caFile] = [at("cert"), at("key"), at("ca")];
  if (!existsSync(certificateFile) || !existsSync(keyFile)) return undefined;
  return { certificateFile, keyFile, caFile: existsSync(caFile) ? caFile : undefined, isOld };
}
