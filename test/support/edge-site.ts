// A hub that sends its studies to a cloud, for tests: receive, de-identify, cloud, and a PACS for the reports.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type DwiPhantomOptions, writeDwiPhantom } from "@thalamus/sdk/testing";
import { createDicomSender } from "../../core/dicom/dicom-sender.ts";
import { ApiClient } from "./api-client.ts";
import {
  DICOM_LISTENER,
  hubAsProcess,
  hubInProcess,
  newSite,
  type TestConfig,
  type TestSite,
} from "./hub-in-test.ts";
import { SAFE_HARBOR_ENTRY } from "./outbound-line.ts";
import { onlyStudy } from "./study-watch.ts";
import { PACS_AE, startTestPacs, type TestPacs } from "./test-pacs.ts";

export interface EdgeOptions {
  readonly cloudUrl: string;
  /** Settings of cloud-upload. */
  readonly cloud?: object;
  readonly products?: readonly string[];
  readonly pacsPort: number;
  readonly steps?: object;
  readonly alerts?: object;
}

/** Waits are short and patience is long, since tests break the line. */
export function edgeLine({
  cloudUrl,
  cloud = {},
  products = ["far-away"],
  ...options
}: EdgeOptions): TestConfig {
  const pacs = { host: "127.0.0.1", port: options.pacsPort, calledAe: PACS_AE, callingAe: "THALAMUS" };
  const settings = {
    ...{ url: cloudUrl, clientId: "edge", clientSecret: "s3cret", privateNetworks: ["127.0.0.0/8"] },
    ...{ pollSeconds: 0.2, longestPollSeconds: 0.5, ...cloud },
  };
  return {
    steps: { firstDelaySeconds: 0.1, longestDelaySeconds: 0.5, ...options.steps },
    log: { level: "debug" },
    alerts: options.alerts ?? {},
    plugins: [
      DICOM_LISTENER,
      SAFE_HARBOR_ENTRY,
      { use: "cloud-upload", name: "cloud", settings },
      { use: "deliver-dicom-pdf", name: "pacs", settings: pacs },
    ],
    route: {
      deidentify: ["deid"],
      process: products.map((product) => ({ plugin: "cloud", product })),
      deliver: ["pacs"],
    },
  };
}

/** Of a hub in this process or in one of its own. */
interface RunningHub {
  readonly httpPort: number;
  readonly dicomPort: number;
  stop(): Promise<unknown>;
  /** kill -9; only of a process of its own. */
  kill(): Promise<void>;
}

async function startHub(site: TestSite, asProcess: boolean): Promise<RunningHub> {
  if (asProcess) return hubAsProcess(site);
  const hub = await hubInProcess(site);
  const kill = () => Promise.reject(new Error("this hub is no process of its own"));
  return {
    httpPort: hub.http.port,
    dicomPort: hub.listeners.get("dicom-scp")!.port,
    stop: () => hub.stop(),
    kill,
  };
}

export class EdgeSite implements AsyncDisposable {
  readonly folder = mkdtempSync(join(tmpdir(), "thalamus-edge-site-"));
  readonly site: TestSite;
  readonly pacs: TestPacs;
  readonly #known = new Set<string>();
  readonly #asProcess: boolean;
  #hub: RunningHub;
  api: ApiClient;

  private constructor(site: TestSite, pacs: TestPacs, hub: RunningHub, api: ApiClient, asProcess: boolean) {
    this.site = site;
    this.pacs = pacs;
    this.#hub = hub;
    this.api = api;
    this.#asProcess = asProcess;
  }

  /** @param asProcess of its own, so that it can be killed */
  static async start(options: Omit<EdgeOptions, "pacsPort">, asProcess = false): Promise<EdgeSite> {
    const pacs = await startTestPacs();
    const site = await newSite(edgeLine({ ...options, pacsPort: pacs.port }));
    const hub = await startHub(site, asProcess);
    return new EdgeSite(site, pacs, hub, await ApiClient.signedIn(hub.httpPort), asProcess);
  }

  get httpPort(): number {
    return this.#hub.httpPort;
  }

  /** @returns the hub's id of the study, and values that must not be seen outside */
  async send(seed: number, options: DwiPhantomOptions = {}): Promise<{ id: string; canaries: string[] }> {
    const small = { slices: 2, directions: 6, matrix: 16 };
    const phantom = await writeDwiPhantom(join(this.folder, String(seed)), { seed, ...small, ...options });
    const peer = { host: "127.0.0.1", port: this.#hub.dicomPort, calledAe: "THALAMUS", callingAe: "TESTSCU" };
    await createDicomSender().store(peer, phantom.files, AbortSignal.timeout(30_000));
    const id = await onlyStudy(this.api, this.#known);
    this.#known.add(id);
    return { id, canaries: [...phantom.truth.canaries, phantom.studyInstanceUid] };
  }

  async restart(): Promise<void> {
    await this.#hub.stop();
    await this.#again();
  }

  /** kill -9, and another one in its place. */
  async die(): Promise<void> {
    await this.#hub.kill();
    await this.#again();
  }

  async #again(): Promise<void> {
    this.#hub = await startHub(this.site, this.#asProcess);
    this.api = await ApiClient.signedIn(this.#hub.httpPort);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#hub.stop();
    await this.pacs.stop();
    this.site.remove();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
