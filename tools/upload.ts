// Uploads a file or a folder to a hub from the command line: npm run -s upload -- --hub URL PATH
import { createHash } from "node:crypto";
import { openAsBlob, readdirSync, statSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { Readable } from "node:stream";
import { parseArgs } from "node:util";
import { DetailedError, Upload } from "tus-js-client";
import type { Static } from "typebox";
import type { UploadRow } from "../core/http/schemas.ts";
import { type FolderFile, virtualTar } from "../sdk/ui/virtual-tar.ts";

type View = Static<typeof UploadRow>;

const USAGE = `usage: npm run -s upload -- [--hub URL] [--user NAME] [values] PATH

  PATH         a folder, a ZIP, TAR or TAR.GZ, or one DICOM file
  --hub        address of the hub (default: http://127.0.0.1:8080)
  --user       account (default: admin); its password is read from THALAMUS_PASSWORD
  --name       study name          --accession  accession number
  --age        patient's age       --sex        M or F
  --product    product to run, as often as needed`;

const CHUNK_BYTES = 32_000_000;
const RETRIES_MS = [0, 1000, 3000, 8000, 20_000, 60_000];
const ASK_MS = 1000;

/** What the user needs to see, and nothing else. */
class UploadFailure extends Error {}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      hub: { type: "string", default: "http://127.0.0.1:8080" },
      user: { type: "string", default: "admin" },
      name: { type: "string" },
      accession: { type: "string" },
      age: { type: "string" },
      sex: { type: "string" },
      product: { type: "string", multiple: true },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    process.stdout.write(`${USAGE}\n`);
    return 0;
  }
  const [path] = positionals;
  const password = process.env["THALAMUS_PASSWORD"];
  if (path === undefined || positionals.length > 1) throw new UploadFailure(USAGE);
  if (!password) throw new UploadFailure("Set THALAMUS_PASSWORD to the password of the account.");
  const hub = values.hub.replace(/\/+$/, "");
  const cookie = await signIn(hub, values.user, password);
  const blob = await blobOf(path);
  const form = {
    studyName: values.name,
    accessionNumber: values.accession,
    patientAge: values.age,
    patientSex: values.sex,
    products: values.product,
    sha256: await sha256Of(blob),
  };
  const { id } = await call<View>(hub, cookie, "POST", "/api/uploads", form);
  await send(hub, cookie, id, blob);
  return tell(await end(hub, cookie, id));
}

/** A folder becomes a TAR that is made while it is sent. */
async function blobOf(path: string): Promise<Blob> {
  const sight = statSync(path, { throwIfNoEntry: false });
  if (!sight) throw new UploadFailure(`${path} is not there.`);
  if (!sight.isDirectory()) return openAsBlob(path);
  const entries = readdirSync(path, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  const files = entries.map(async ({ parentPath, name }): Promise<FolderFile> => {
    const file = join(parentPath, name);
    return { path: relative(path, file).split(sep).join("/"), file: await openAsBlob(file) };
  });
  return virtualTar(await Promise.all(files));
}

async function sha256Of(blob: Blob): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of blob.stream()) hash.update(chunk);
  return hash.digest("hex");
}

async function signIn(hub: string, name: string, password: string): Promise<string> {
  const headers = { "content-type": "application/json" };
  const body = JSON.stringify({ name, password });
  const answer = await fetch(`${hub}/api/session`, { method: "POST", headers, body }).catch(() => undefined);
  if (!answer) throw new UploadFailure(`${hub} does not answer.`);
  if (!answer.ok) throw new UploadFailure(`Signing in was refused (${answer.status}).`);
  return answer.headers
    .getSetCookie()
    .map((line) => line.split(";")[0])
    .join("; ");
}

async function call<T>(hub: string, cookie: string, method: string, path: string, body?: object): Promise<T> {
  const headers = { cookie, "content-type": "application/json" };
  const answer = await fetch(`${hub}${path}`, {
    method,
    headers,
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  const said = (await answer.json()) as T & { message?: string };
  if (!answer.ok) throw new UploadFailure(said.message ?? `The hub answered ${answer.status}.`);
  return said;
}

function send(hub: string, cookie: string, id: string, blob: Blob): Promise<void> {
  let told = -1;
  return new Promise((resolve, reject) => {
    new Upload(Readable.fromWeb(blob.stream() as never), {
      endpoint: `${hub}/api/uploads/files`,
      headers: { cookie },
      metadata: { upload: id },
      uploadSize: blob.size,
      chunkSize: CHUNK_BYTES,
      retryDelays: RETRIES_MS,
      onProgress: (sent) => {
        const percent = Math.floor((100 * sent) / blob.size);
        if (percent !== told) process.stderr.write(`\rsent ${percent} %`);
        told = percent;
      },
      onSuccess: () => {
        process.stderr.write("\n");
        resolve();
      },
      onError: (error) => reject(new UploadFailure(`\n${reasonOf(error)}`)),
    }).start();
  });
}

function reasonOf(error: Error): string {
  const body = error instanceof DetailedError ? error.originalResponse?.getBody() : undefined;
  return body ? `The transfer was refused: ${body.trim()}` : "The hub does not answer any more.";
}

async function end(hub: string, cookie: string, id: string): Promise<View> {
  for (;;) {
    const upload = await call<View>(hub, cookie, "GET", `/api/uploads/${id}`);
    if (upload.finishedAt !== null) return upload;
    await new Promise((resolve) => setTimeout(resolve, ASK_MS));
  }
}

/** @returns the exit code: 0 all taken in, 2 some files were not, 1 nothing was */
function tell({ state, code, message, counts, problems, studyIds }: View): number {
  const { stored, duplicate, revised, refused, skipped } = counts;
  process.stdout.write(
    `${state}: ${stored} new, ${duplicate} there already, ${revised} with other content, ` +
      `${skipped} passed by, ${refused} not taken\n`,
  );
  if (code !== null) process.stdout.write(`${code}: ${message}\n`);
  for (const problem of problems)
    process.stdout.write(`file ${problem.position}: ${problem.code}: ${problem.message}\n`);
  for (const study of studyIds) process.stdout.write(`study ${study}\n`);
  if (state !== "done") return 1;
  return refused > 0 ? 2 : 0;
}

try {
  process.exitCode = await main();
} catch (error) {
  const known =
    error instanceof UploadFailure || (error as { code?: string }).code?.startsWith("ERR_PARSE_ARGS");
  if (!known) throw error;
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 1;
}
