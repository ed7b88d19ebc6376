// A hub with an order desk, a small product and clients, for tests of cloud orders.
import { join } from "node:path";
import pg from "pg";
import type { Hub } from "../../core/hub.ts";
import { type PackedFile, zipOf } from "./archives.ts";
import { callerOf, DESK_DOOR, DeskClient } from "./desk-client.ts";
import { DICOM_LISTENER, hubInProcess, newSite, type TestConfig, type TestSite } from "./hub-in-test.ts";
import { smallFile } from "./small-dicom.ts";

const SUPPORT = import.meta.dirname;

export interface DeskSite {
  readonly site: TestSite;
  readonly hub: Hub;
  client(caller?: ReturnType<typeof callerOf>): DeskClient;
  /** Rows of a statement. */
  query<T = Record<string, unknown>>(sql: string, ...values: readonly unknown[]): Promise<T[]>;
  stop(): Promise<void>;
}

/** Quick reports at once, or when the file `gate` exists. Nothing becomes stable by itself. */
export function deskConfig({ gate, check }: { gate?: string; check?: object } = {}): TestConfig {
  const params = gate === undefined ? {} : { gate };
  const checks = check === undefined ? [] : [{ name: "gatekeeper", ...check }];
  return {
    intake: { stableAfterSeconds: 3600 },
    plugins: [
      DICOM_LISTENER,
      DESK_DOOR,
      ...checks,
      { use: "local-processing", settings: { productFolders: [join(SUPPORT, "products")] } },
    ],
    route: {
      check: check === undefined ? [] : ["gatekeeper"],
      process: [{ plugin: "local-processing", product: "quick-report", params }],
    },
  };
}

/** @param config what differs from `deskConfig()` */
export async function openDeskSite(config: TestConfig = {}): Promise<DeskSite> {
  const site = await newSite({ ...deskConfig(), ...config });
  const hub = await hubInProcess(site);
  const database = new pg.Pool({ connectionString: site.databaseUrl, max: 2 });
  return {
    site,
    hub,
    client: (caller = callerOf()) => new DeskClient(hub.http.port, database, caller),
    query: async <T>(sql: string, ...values: readonly unknown[]) =>
      (await database.query(sql, [...values])).rows as T[],
    stop: async () => {
      await hub.stop();
      await database.end();
      site.remove();
    },
  };
}

/** A ZIP of one small study. */
export const studyZip = (study: string, count = 3, values: object = {}): Promise<Buffer> =>
  zipOf(studyFiles(study, count, values));

export const studyFiles = (study: string, count = 3, values: object = {}): PackedFile[] =>
  Array.from({ length: count }, (_, number) => ({
    path: `${number}.dcm`,
    bytes: smallFile(study, number, values),
  }));
