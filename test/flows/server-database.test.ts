// The same hub on a PostgreSQL server of the system, from an empty database.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeDwiPhantom } from "@thalamus/sdk/testing";
import { describe, expect, test } from "vitest";
import { createDicomSender } from "../../core/dicom/dicom-sender.ts";
import { ApiClient } from "../support/api-client.ts";
import { hubInProcess, newSite } from "../support/hub-in-test.ts";
import { installedServer, startServer } from "../support/server-postgres.ts";
import { onlyStudy, studyWhere } from "../support/study-watch.ts";
import { startTestPacs } from "../support/test-pacs.ts";
import { wholeLine } from "../support/whole-line.ts";

const programs = installedServer();
if (!programs)
  process.stderr.write("SKIPPED: no PostgreSQL server under /usr/lib/postgresql (apt install postgresql)\n");

describe.skipIf(!programs)("DATABASE_URL", () => {
  test("two hubs that start together on an empty database of a server bring a study to the PACS", async () => {
    const server = await startServer(programs!);
    const folder = mkdtempSync(join(tmpdir(), "thalamus-server-flow-"));
    const pacs = await startTestPacs();
    const site = { ...(await newSite(wholeLine({ pacsPort: pacs.port }))), databaseUrl: server.url };
    const hubs = await Promise.all([hubInProcess(site), hubInProcess(site)]);
    try {
      const api = await ApiClient.signedIn(hubs[1]!.http.port);
      const status = await api.call<{ database: { embedded: boolean; version: string } }>(
        "GET",
        "/api/status",
      );
      expect(status.body.database.embedded).toBe(false);
      expect(Number.parseInt(status.body.database.version, 10)).toBeGreaterThanOrEqual(15);
      const { files } = await writeDwiPhantom(folder, { slices: 2, directions: 6, matrix: 16 });
      const { port } = hubs[0]!.listeners.get("dicom-scp")!;
      const peer = { host: "127.0.0.1", port, calledAe: "THALAMUS", callingAe: "TESTSCU" };
      await createDicomSender().store(peer, files, AbortSignal.timeout(30_000));
      await studyWhere(api, await onlyStudy(api), (study) => study.status === "delivered");
      expect(pacs.received).toHaveLength(2);
    } finally {
      await Promise.all(hubs.map((hub) => hub.stop()));
      await pacs.stop();
      await server.stop();
      site.remove();
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
