// One study, three destinations: PDF and SR in an archive, and an HL7 message that takes its receiver three tries.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type DwiPhantom, writeDwiPhantom } from "@thalamus/sdk/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createDicomSender } from "../../core/dicom/dicom-sender.ts";
import {
  type Answering,
  accept,
  acknowledge,
  MllpTestReceiver,
} from "../../core/hl7/testing/mllp-receiver.ts";
import type { Hub } from "../../core/hub.ts";
import { ApiClient } from "../support/api-client.ts";
import { hubInProcess, newSite, type TestConfig, type TestSite } from "../support/hub-in-test.ts";
import { onlyStudy, studyWhere } from "../support/study-watch.ts";
import { startTestPacs, type TestPacs } from "../support/test-pacs.ts";
import { wholeLine } from "../support/whole-line.ts";

const ENCAPSULATED_PDF = "1.2.840.10008.5.1.4.1.1.104.1";
const ENHANCED_SR = "1.2.840.10008.5.1.4.1.1.88.22";

const folder = mkdtempSync(join(tmpdir(), "thalamus-deliver-"));
let pacs: TestPacs;
let receiver: MllpTestReceiver;
let site: TestSite;
let hub: Hub;
let api: ApiClient;
let phantom: DwiPhantom;

/** The whole line, with an HL7 receiver beside the archive. */
function threeDestinations(settings: object): TestConfig {
  const { plugins = [], route = {}, ...line } = wholeLine({ pacsPort: pacs.port });
  const ris = { use: "deliver-hl7", name: "ris", settings: { host: "127.0.0.1", ...settings } };
  return {
    ...line,
    plugins: [...plugins, ris],
    route: { ...route, deliver: ["pacs-pdf", "pacs-sr", "ris"] },
    log: { level: "debug" },
  };
}

beforeAll(async () => {
  pacs = await startTestPacs();
  const answers: Answering[] = [
    (socket) => socket.destroy(),
    (socket, { controlId }) => socket.write(acknowledge("AE", controlId, "ERR|||206|E\r")),
    accept,
  ];
  receiver = await MllpTestReceiver.start((socket, message) => answers.shift()?.(socket, message));
  site = await newSite(threeDestinations({ port: receiver.port }));
  hub = await hubInProcess(site);
  api = await ApiClient.signedIn(hub.http.port);
  phantom = await writeDwiPhantom(join(folder, "study"), { slices: 2, directions: 6, matrix: 16 });
  const { port } = hub.listeners.get("dicom-scp")!;
  const peer = { host: "127.0.0.1", port, calledAe: "THALAMUS", callingAe: "TESTSCU" };
  await createDicomSender().store(peer, phantom.files, AbortSignal.timeout(30_000));
  await studyWhere(api, await onlyStudy(api), ({ status }) => status === "delivered");
});
afterAll(async () => {
  await hub.stop();
  await pacs.stop();
  await receiver[Symbol.asyncDispose]();
  site.remove();
  rmSync(folder, { recursive: true, force: true });
});

describe("a result with three destinations", () => {
  test("A-185 reaches each of them once, whatever happens at the others", () => {
    const classes = pacs.received.map(({ sopClassUid }) => sopClassUid);
    expect(classes.toSorted()).toEqual([ENCAPSULATED_PDF, ENHANCED_SR]);
    expect(receiver.received).toHaveLength(3);
  });

  test("A-186 is sent again with the same control id and the same bytes", () => {
    expect(new Set(receiver.received.map(({ text }) => text)).size).toBe(1);
    const { patientName, patientId } = phantom.truth.identity;
    expect(receiver.received[0]?.text).toContain(`|${patientId}^^^`);
    expect(receiver.received[0]?.text).toContain(patientName.split("^")[0]);
  });

  test("leaves no word about the patient in the log", () => {
    const logs = join(site.folder, "data/logs");
    const text = readdirSync(logs)
      .map((name) => readFileSync(join(logs, name), "utf8"))
      .join("\n");
    expect(text).not.toBe("");
    for (const canary of phantom.truth.canaries) expect(text).not.toContain(canary);
  });
});

test("a template that makes no message stops the hub when it starts, with the place", async () => {
  const segments = [{ segment: "PID", field: 18, template: "{{study.accession}}" }];
  const wrong = await newSite(threeDestinations({ port: 1, segments }));
  await expect(hubInProcess(wrong)).rejects.toThrow(/segments\.0\.template.*there is no "study\.accession"/);
  wrong.remove();
});
