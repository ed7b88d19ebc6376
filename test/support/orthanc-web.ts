// Orthanc with its DICOMweb plugin as another archive: it stores to a hub, searches it, and retrieves from it.
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "@thalamus/sdk/testing";
import { ServerProcess } from "../bench/kit/server-process.ts";
import { findProgram } from "../bench/servers/installed-program.ts";

/** Where Debian puts it. */
const PLUGIN = "/usr/share/orthanc/plugins/libOrthancDicomWeb.so";

export const hasOrthancWeb = findProgram("Orthanc") !== undefined && existsSync(PLUGIN);

/** Name of a test that needs it. */
export const NEEDS_ORTHANC_WEB = hasOrthancWeb
  ? ""
  : " (SKIPPED: not installed, apt-get install orthanc orthanc-dicomweb)";

export interface WebPeer {
  readonly url: string;
  readonly user: string;
  readonly password: string;
}

export interface OrthancWeb extends AsyncDisposable {
  /** Its own REST API. @throws Error with its answer unless it is a success */
  call<T = Record<string, unknown>>(method: string, path: string, body?: object | Uint8Array): Promise<T>;
  /** Bytes at an address of it. */
  raw(path: string): Promise<Buffer>;
}

/** @param hub what it calls `hub` */
export async function startOrthancWeb({ url, user, password }: WebPeer): Promise<OrthancWeb> {
  const folder = mkdtempSync(join(tmpdir(), "thalamus-orthanc-"));
  mkdirSync(join(folder, "files"));
  const port = await freePort();
  const config = {
    StorageDirectory: join(folder, "files"),
    IndexDirectory: join(folder, "files"),
    HttpPort: port,
    RemoteAccessAllowed: false,
    AuthenticationEnabled: false,
    DicomServerEnabled: false,
    // as the hub does: the newest content counts
    OverwriteInstances: true,
    Plugins: [PLUGIN],
    DicomWeb: { Enable: true, Servers: { hub: [`${url}/`, user, password] } },
  };
  writeFileSync(join(folder, "orthanc.json"), JSON.stringify(config));
  const server = new ServerProcess({
    program: findProgram("Orthanc") ?? "Orthanc",
    arguments: [join(folder, "orthanc.json")],
  });
  await server.listening(port);
  const ask = async (method: string, path: string, body?: object | Uint8Array): Promise<Response> => {
    const content = body === undefined || body instanceof Uint8Array ? body : JSON.stringify(body);
    const response = await fetch(`http://127.0.0.1:${port}${path}`, {
      method,
      ...(content === undefined ? {} : { body: content as NonNullable<RequestInit["body"]> }),
    });
    if (!response.ok) throw new Error(`Orthanc answered ${response.status}: ${await response.text()}`);
    return response;
  };
  return {
    call: async (method, path, body) => {
      const text = await (await ask(method, path, body)).text();
      return (text === "" ? undefined : JSON.parse(text)) as never;
    },
    raw: async (path) => Buffer.from(await (await ask("GET", path)).arrayBuffer()),
    [Symbol.asyncDispose]: async () => {
      await server[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
