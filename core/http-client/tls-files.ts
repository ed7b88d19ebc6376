// Reads the certificates of a destination.
import { readFileSync, statSync } from "node:fs";
import { HttpError, type HttpTls } from "@thalamus/sdk";

export interface TlsFiles {
  readonly minVersion: "TLSv1.2";
  readonly ca?: Buffer;
  readonly cert?: Buffer;
  readonly key?: Buffer;
  readonly servername?: string;
}

/** @throws HttpError `http.tls-files`, permanent */
export function readTlsFiles({ caFile, certificateFile, keyFile, serverName }: HttpTls = {}): TlsFiles {
  if ((certificateFile === undefined) !== (keyFile === undefined)) {
    throw new HttpError("http.tls-files", "Certificate and key are given together, or neither.", true);
  }
  try {
    return {
      minVersion: "TLSv1.2",
      ...(caFile === undefined ? {} : { ca: readFileSync(caFile) }),
      ...(certificateFile === undefined ? {} : { cert: readFileSync(certificateFile) }),
      ...(keyFile === undefined ? {} : { key: readFileSync(keyFile) }),
      ...(serverName === undefined ? {} : { servername: serverName }),
    };
  } catch (error) {
    throw unusable(error);
  }
}

/** Changes when one of the files does. @throws HttpError `http.tls-files`, permanent */
export function tlsFilesState({ caFile, certificateFile, keyFile }: HttpTls = {}): string {
  try {
    const files = [caFile, certificateFile, keyFile].flatMap((file) => (file === undefined ? [] : [file]));
    return files.map((file) => statSync(file).mtimeMs).join(" ");
  } catch (error) {
    throw unusable(error);
  }
}

/** The text of the error would name the file, so only its code is told. */
const unusable = (error: unknown): HttpError =>
  new HttpError(
    "http.tls-files",
    `The TLS files of this destination cannot be read: ${(error as NodeJS.ErrnoException).code ?? "unknown"}.`,
    true,
  );
