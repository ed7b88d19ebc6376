// The receiver with real senders: dcmtk and dcmjs-dimse.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import dimse from "dcmjs-dimse";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import plugin from "./plugin.ts";
import { dcmtk, hasDcmtk, NEEDS_DCMTK } from "./testing/dcmtk.ts";
import { DEFAULTS, startScp } from "./testing/scp-under-test.ts";
import { testObject } from "./testing/test-object.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "dicom-scp-send-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

function writeFiles(objects: readonly ReturnType<typeof testObject>[]): string[] {
  return objects.map((object) => {
    const path = join(folder, `${object.sopInstanceUid}.dcm`);
    writeFileSync(path, object.file);
    return path;
  });
}

describe("the declaration", () => {
  it("is an intake that asks for the hub's intake and log only", () => {
    expect(plugin).toMatchObject({ name: "dicom-scp", kind: "intake" });
    expect(Object.keys(plugin.needs)).toEqual(["intake", "log"]);
  });

  it("A-213 tells the port it really listens on when the system chose it", async () => {
    await using scp = await startScp();
    expect(scp.port).toBeGreaterThan(0);
  });

  it("says so when the port is taken", async () => {
    await using scp = await startScp();
    const second = startScp({ ...DEFAULTS, port: scp.port });
    await expect(second).rejects.toMatchObject({ name: "Permanent", code: "dicom-scp.listen-failed" });
  });
});

describe.runIf(hasDcmtk)(`dcmtk as sender${NEEDS_DCMTK}`, () => {
  it("A-217 answers echoscu", async () => {
    await using scp = await startScp();
    expect(await dcmtk("echoscu", scp.port, "-aec", "THALAMUS")).toContain(
      "Received Echo Response (Success)",
    );
    expect(await scp.log.line("association.ended")).toMatchObject({ echoes: 1, stored: 0 });
    expect(scp.intake.openAssociations).toBe(0);
  });

  it("A-213 stores what storescu sends, bit for bit, and answers after the object is safe", async () => {
    await using scp = await startScp();
    const objects = [1, 2, 3].map((n) => testObject(n, 139_000));
    const output = await dcmtk("storescu", scp.port, "-aec", "THALAMUS", ...writeFiles(objects));
    expect(output.match(/Received Store Response \(Success\)/g)).toHaveLength(3);
    for (const object of objects) expect(scp.intake.dataSet(object.sopInstanceUid)).toEqual(object.dataSet);
    expect(await scp.log.line("association.ended")).toMatchObject({ stored: 3, refused: 0, bytes: 417_000 });
  });
});

describe("dcmjs-dimse as sender", () => {
  const { Client, constants, log, requests } = dimse;
  log.disableAll();

  /** Sends and tells the statuses when the association is closed. */
  function send(port: number, list: readonly dimse.requests.Request[], options = {}): Promise<number[]> {
    return new Promise((resolve, reject) => {
      const statuses: number[] = [];
      const client = new Client();
      for (const request of list) {
        request.on("response", (response) => statuses.push(response.getStatus()));
        client.addRequest(request);
      }
      client.on("networkError", reject);
      client.on("associationRejected", reject);
      client.on("closed", () => resolve(statuses));
      client.send("127.0.0.1", port, "DIMSE", "THALAMUS", options);
    });
  }

  it("A-217 is answered C-ECHO", async () => {
    await using scp = await startScp();
    expect(await send(scp.port, [new requests.CEchoRequest()])).toEqual([0]);
  });

  it("stores objects, also when it asks for more operations at once and names a user", async () => {
    await using scp = await startScp();
    const objects = [4, 5, 6].map((n) => testObject(n));
    const list = writeFiles(objects).map((path) => new requests.CStoreRequest(path));
    const options = {
      asyncOps: { maxAsyncOpsInvoked: 4, maxAsyncOpsPerformed: 4 },
      userIdentity: { type: constants.UserIdentityType.Username, primaryField: "radiographer" },
    };
    expect(await send(scp.port, list, options)).toEqual([0, 0, 0]);
    expect(scp.intake.received.map((each) => each.sopInstanceUid)).toEqual(
      objects.map((each) => each.sopInstanceUid),
    );
  });
});
