// The receiver with real senders: dcmtk and dcmjs-dimse.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type CertificateFiles, hasOpenssl, NEEDS_OPENSSL, TestAuthority } from "@thalamus/sdk/testing";
import dimse from "dcmjs-dimse";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import plugin from "./plugin.ts";
import { dcmtk, hasDcmtk, NEEDS_DCMTK, runTool } from "./testing/dcmtk.ts";
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
  it("is an intake that asks for the hub's intake, log and metrics only", () => {
    expect(plugin).toMatchObject({ name: "dicom-scp", kind: "intake" });
    expect(Object.keys(plugin.needs)).toEqual(["intake", "log", "metrics"]);
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

describe.runIf(hasDcmtk && hasOpenssl)(`dcmtk as sender over TLS${NEEDS_DCMTK}${NEEDS_OPENSSL}`, () => {
  let authority: TestAuthority;
  let scanner: CertificateFiles;
  let files: { readonly certificateFile: string; readonly keyFile: string; readonly caFile: string };
  beforeAll(() => {
    authority = new TestAuthority();
    scanner = authority.sign("scanner-7");
    files = { ...authority.sign("hub.example"), caFile: authority.caFile };
  });
  afterAll(() => authority[Symbol.dispose]());

  const own = () => ["+tls", scanner.keyFile, scanner.certificateFile];
  const trusting = () => ["+cf", authority.caFile];
  const mutual = () => ({
    ...DEFAULTS.tls,
    ...files,
    enabled: true,
    clientCertificates: "require" as const,
  });

  it.each(["bcp195", "bcp195-non-downgrading", "bcp195-modified"] as const)(
    "A-215 A-216 is served under %s in each profile that dcmtk has, and recorded by its certificate",
    async (profile) => {
      await using scp = await startScp({ tls: { ...mutual(), profile } });
      const object = testObject(20, 139_000);
      for (const dcmtkProfile of ["+px", "+py", "+pz"]) {
        const opened = scp.intake.next("opened");
        const options = [...own(), ...trusting(), dcmtkProfile, "-aec", "THALAMUS"];
        const output = await runTool("storescu", scp.port, options, writeFiles([object]));
        expect(output).toContain("Received Store Response (Success)");
        expect(await opened).toMatchObject({ tlsIdentity: "scanner-7" });
      }
      expect(scp.intake.dataSet(object.sopInstanceUid)).toEqual(object.dataSet);
    },
  );

  it("A-217 answers echoscu without a certificate when none is wanted", async () => {
    await using scp = await startScp({ tls: { ...mutual(), clientCertificates: "none" } });
    const output = await runTool("echoscu", scp.port, ["+tla", ...trusting(), "-aec", "THALAMUS"]);
    expect(output).toContain("Received Echo Response (Success)");
  });

  it("A-143 A-216 A-218 is refused when plain, without a certificate, or with the retired AES profile", async () => {
    await using scp = await startScp({ tls: mutual() });
    await expect(runTool("echoscu", scp.port, ["-aec", "THALAMUS"])).rejects.toThrow();
    await expect(runTool("echoscu", scp.port, ["+tla", ...trusting()])).rejects.toThrow();
    await expect(runTool("echoscu", scp.port, [...own(), ...trusting(), "+pa"])).rejects.toThrow();
    expect(scp.log.all("connection.ended").map((line) => line["code"])).toEqual([
      "dicom-scp.tls-required",
      "dicom-scp.tls-client-certificate",
      "dicom-scp.tls-failed",
    ]);
    await runTool("echoscu", scp.port, [...own(), ...trusting(), "-aec", "THALAMUS"]);
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
