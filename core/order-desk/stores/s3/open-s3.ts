// Opens the object store that a site has configured.
import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import type { Http } from "@thalamus/sdk";
import type { S3Settings } from "../../../config/cloud-settings.ts";
import { S3Client } from "./s3-client.ts";

/**
 * @param configFile paths are relative to it
 * @throws Error when the secret cannot be read
 */
export function openS3(http: Http, settings: S3Settings, configFile: string): S3Client {
  const beside = (path: string) => resolve(dirname(configFile), path);
  const { endpoint, publicEndpoint = endpoint, bucket, pathStyle, privateNetworks } = settings;
  const { accessKeyId, region, secretKeyFile, caFile } = settings;
  return new S3Client(http, {
    ...{ endpoint, publicEndpoint, bucket, pathStyle, privateNetworks },
    credentials: { accessKeyId, region, secret: secretOf(beside(secretKeyFile)) },
    caFile: caFile === undefined ? undefined : beside(caFile),
  });
}

function secretOf(file: string): string {
  let secret: string;
  try {
    secret = readFileSync(file, "utf8").trim();
  } catch (error) {
    const { code = "unreadable" } = error as NodeJS.ErrnoException;
    throw new Error(`the secret of the object store, ${file}, cannot be read (${code})`);
  }
  if (secret === "") throw new Error(`the secret of the object store, ${file}, is empty`);
  return secret;
}
