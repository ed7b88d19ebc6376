// HL7 deliveries through the hub's own MLLP client and templates, to a receiver that answers well, badly or not at all.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { DeliverStep, Outcome, ResultView } from "@thalamus/sdk";
import {
  artifactOf,
  deliverStepOf,
  hasOpenssl,
  NEEDS_OPENSSL,
  outcomeOf,
  resultOf,
  studyOfFiles,
  TestAuthority,
  writeDwiPhantom,
} from "@thalamus/sdk/testing";
import { afterAll, beforeAll, describe, expect, it, test } from "vitest";
import { parse } from "yaml";
import { createMllp } from "../../core/hl7/mllp-client.ts";
import {
  type Answering,
  accept,
  acknowledge,
  MllpTestReceiver,
} from "../../core/hl7/testing/mllp-receiver.ts";
import { withDefaults } from "../../core/plugins/plugin-settings.ts";
import { createTemplates } from "../../core/templates/template-service.ts";
import plugin from "../../plugins/deliver-hl7/plugin.ts";

const mllp = createMllp({ connectMs: 2000 });
const templates = createTemplates();
const folder = mkdtempSync(join(tmpdir(), "deliver-hl7-"));
const pdf = Buffer.concat([Buffer.from("%PDF-1.4\n"), Buffer.alloc(900_000, 0xfe), Buffer.from("\n%%EOF\n")]);
let study: DeliverStep["study"];
let result: ResultView;
beforeAll(async () => {
  const { files } = await writeDwiPhantom(join(folder, "study"), { matrix: 16, slices: 2, directions: 6 });
  study = await studyOfFiles(files, { patientName: "Mü|ller^Jür&gen=山田^太郎", accessionNumber: "ACC-7" });
  const path = join(folder, "report.pdf");
  writeFileSync(path, pdf);
  const indexes = [{ name: "wmLike.MD.mean", value: 0.796385, unit: "10^-3 mm2/s" }];
  result = resultOf([await artifactOf("report", "application/pdf", path)], { indexes });
});
afterAll(() => {
  mllp.close();
  rmSync(folder, { recursive: true });
});

const scopeOf = (over: object) => {
  return { settings: withDefaults(plugin.settings, { host: "127.0.0.1", ...over }), mllp, templates };
};
const deliver = (over: object, id?: string): Promise<Outcome> =>
  outcomeOf(plugin.deliver, deliverStepOf(study, result, id), scopeOf(over));

async function outcomeWith(answering: Answering, over: object = {}): Promise<Outcome> {
  await using receiver = await MllpTestReceiver.start(answering);
  return await deliver({ port: receiver.port, answerSeconds: 1, ...over });
}

describe("deliver-hl7 over MLLP", () => {
  it.each(["2.3.1", "2.5.1"])(
    "X-086 brings a version %s message and its report to the receiver",
    async (version) => {
      await using receiver = await MllpTestReceiver.start();
      const outcome = await deliver({ port: receiver.port, version });
      expect(outcome).toMatchObject({ kind: "delivered", receipt: { acknowledgement: "AA", version } });
      const [{ text } = { text: "" }] = receiver.received;
      const report = text.split("\r").find((line) => line.includes("|ED|"));
      const sent = Buffer.from(report?.split("|")[5]?.split("^")[4] ?? "", "base64");
      expect(sent.equals(pdf)).toBe(true);
      const receipt = outcome.kind === "delivered" ? outcome.receipt : {};
      expect(receipt["messageSha256"]).toBe(createHash("sha256").update(text).digest("hex"));
      expect(receipt["controlId"]).toBe(receiver.received[0]?.controlId);
    },
  );

  const answer =
    (code: string, more = ""): Answering =>
    (socket, { controlId }) =>
      socket.write(acknowledge(code, controlId, more));
  const cases: readonly (readonly [string, Answering, object])[] = [
    ["AE without a reason", answer("AE"), { kind: "retry", code: "deliver-hl7.error" }],
    [
      "AE with a missing field",
      answer("AE", "ERR||PV1^1^3|101|E\r"),
      { kind: "rejected", code: "deliver-hl7.refused" },
    ],
    ["AR", answer("AR", "ERR|||200|E\r"), { kind: "rejected", code: "deliver-hl7.refused" }],
    ["nothing", () => {}, { kind: "retry", code: "deliver-hl7.no-answer" }],
    [
      "garbage",
      (socket) => socket.write("SSH-2.0-OpenSSH_9.2\r\n"),
      { kind: "retry", code: "deliver-hl7.unclear" },
    ],
    ["a cut", (socket) => socket.destroy(), { kind: "retry", code: "deliver-hl7.no-answer" }],
    [
      "the acknowledgement of another message",
      (socket) => socket.write(acknowledge("AA", "ANOTHER")),
      { kind: "retry", code: "deliver-hl7.unclear" },
    ],
  ];
  it.each(cases)(
    "settles as it should when the receiver answers with %s",
    async (_name, answering, expected) => {
      expect(await outcomeWith(answering)).toMatchObject(expected);
    },
  );

  it("tries again with the same message when the answer was late or cut off", async () => {
    const answers: Answering[] = [() => {}, (socket) => socket.destroy(), accept];
    await using receiver = await MllpTestReceiver.start((socket, message) => {
      answers.shift()?.(socket, message);
    });
    const over = { port: receiver.port, answerSeconds: 1 };
    const id = "3f0f0a52-6f65-4a1d-8f5e-0f6f1b2c3d4e";
    const kinds: string[] = [];
    for (let turn = 0; turn < 3; turn += 1) kinds.push((await deliver(over, id)).kind);
    expect(kinds).toEqual(["retry", "retry", "delivered"]);
    expect(new Set(receiver.received.map(({ text }) => text)).size).toBe(1);
  });

  it("uses one connection for all messages where that is wanted", async () => {
    await using receiver = await MllpTestReceiver.start();
    const over = { port: receiver.port, keepOpen: true };
    const outcomes = await Promise.all(Array.from({ length: 6 }, () => deliver(over)));
    expect(outcomes.map(({ kind }) => kind)).toEqual(Array(6).fill("delivered"));
    expect([receiver.connections, receiver.received.length]).toEqual([1, 6]);
  });
});

describe.runIf(hasOpenssl)(`deliver-hl7 over TLS${NEEDS_OPENSSL}`, () => {
  it("delivers to the certificate it trusts, and sends nothing to another", async () => {
    using authority = new TestAuthority();
    const files = authority.sign("ris.example", { alternativeNames: "DNS:ris.example" });
    const server = { cert: readFileSync(files.certificateFile), key: readFileSync(files.keyFile) };
    await using receiver = await MllpTestReceiver.start(accept, server);
    const tls = { caFile: authority.caFile, serverName: "ris.example" };
    expect((await deliver({ port: receiver.port, tls })).kind).toBe("delivered");
    const { signal } = new AbortController();
    const probed = await plugin.probe(scopeOf({ port: receiver.port, tls }), signal);
    expect(probed.stages?.map(({ stage }) => stage)).toEqual(["name", "connect", "tls"]);
    const distrusted = await deliver({ port: receiver.port, tls: { serverName: "ris.example" } });
    expect(distrusted).toMatchObject({ kind: "retry", code: "deliver-hl7.unreachable" });
    expect(receiver.received).toHaveLength(1);
  });
});

test("the templates in the plugin's notes make messages", async () => {
  const notes = readFileSync(resolve(import.meta.dirname, "../../plugins/deliver-hl7/NOTES.md"), "utf8");
  const blocks = [...notes.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, text = ""]) => parse(text) as object);
  expect(blocks.map((block) => Object.keys(block))).toEqual([["segments"], ["template"]]);
  await using receiver = await MllpTestReceiver.start();
  for (const block of blocks) {
    expect((await deliver({ port: receiver.port, ...block })).kind).toBe("delivered");
  }
  expect(receiver.received[0]?.text).toContain("^Thalamus^Application^DICOM\r");
  expect(receiver.received[1]?.text).toContain("OBX|0|NM|wmLike.MD.mean||0.796385|10\\S\\-3 mm2/s|||||F\r");
});

const PYTHON = "/usr/bin/python3";
/** Reads with python-hl7, which other people wrote. */
const READER = `import sys, hl7, json
message = hl7.parse(sys.stdin.buffer.read().decode("utf8"))
places = ["PID.F5.R1.C1", "PID.F5.R1.C2", "PID.F5.R2.C1", "OBR.F3.R1.C1", "OBX1.F5", "OBX1.F6.R1.C1", "OBX2.F5.R1.C4"]
print(json.dumps([message[place] for place in places]))`;

test.skipIf(!reads())("python-hl7 reads what was meant (SKIPPED without python3-hl7)", async () => {
  await using receiver = await MllpTestReceiver.start();
  await deliver({ port: receiver.port });
  const output = execFileSync(PYTHON, ["-c", READER], {
    input: receiver.received[0]?.text,
    encoding: "utf8",
  });
  expect(JSON.parse(output)).toEqual([
    "Mü|ller",
    "Jür&gen",
    "山田",
    "ACC-7",
    "0.796385",
    "10*-3.mm2/s",
    "Base64",
  ]);
});

function reads(): boolean {
  try {
    execFileSync(PYTHON, ["-c", "import hl7"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}
