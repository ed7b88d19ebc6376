// The message: what stands in which field, for which settings; and what acknowledgements mean.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type DeliverStep, type Mllp, MllpError, type ResultView } from "@thalamus/sdk";
import { readHl7 } from "@thalamus/sdk/hl7";
import {
  artifactOf,
  deliverStepOf,
  outcomeOf,
  resultOf,
  studyOfFiles,
  writeDwiPhantom,
} from "@thalamus/sdk/testing";
import { Ajv2020 } from "ajv/dist/2020.js";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { realServices } from "../../test/support/real-services.ts";
import plugin from "./plugin.ts";
import { Hl7Settings } from "./settings.ts";

const services = realServices();
const pdf = Buffer.from(`%PDF-1.4\n${"x".repeat(3000)}\n%%EOF\n`);
const STEP = "0b54f9f0-3f6e-4e2c-9d4a-0d6a4f1b2c3d";
const indexes = [
  { name: "wmLike.FA.mean", value: 0.436841, unit: "1" },
  { name: "wmLike.MD.mean", value: 0.796385, unit: "10^-3 mm2/s" },
  { name: "speed", value: 3, unit: "furlong/week" },
  { name: "coreWm.FA.mean", value: null, unit: "1" },
];

let folder: string;
let study: DeliverStep["study"];
let result: ResultView;
let sent: Buffer[];
let answer: string | MllpError;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "deliver-hl7-"));
  const { files } = await writeDwiPhantom(join(folder, "study"), { matrix: 16, slices: 2, directions: 6 });
  study = await studyOfFiles(files, {
    patientName: "O'Ne|ll^Ann&a^M^Dr.^III=山田^花子",
    patientId: "P^1",
    issuerOfPatientId: "HOSP~A",
    patientBirthDate: "19620704",
    patientSex: "f",
    accessionNumber: "ACC\\7",
    studyDate: "20240712",
    studyTime: "091500.25",
    referringPhysicianName: "House^Greg",
  });
  await writeFile(join(folder, "report.pdf"), pdf);
  await writeFile(join(folder, "report.txt"), "FA | MD\r\n  0.43\r\n\r\nend\r\n");
  const artifacts = [
    await artifactOf("report", "application/pdf", join(folder, "report.pdf")),
    await artifactOf("summary", "text/plain", join(folder, "report.txt")),
  ];
  const createdAt = new Date("2024-07-12T10:30:05Z");
  result = resultOf(artifacts, { indexes, warnings: ["no b0 | at the end"], createdAt });
});
beforeEach(() => {
  sent = [];
  answer = "MSA|AA|";
});
afterAll(async () => {
  await services.http.close();
  await rm(folder, { recursive: true });
});

const mllp: Mllp = {
  send: async (_peer, { bytes, controlId }) => {
    sent.push(Buffer.from(bytes));
    if (typeof answer !== "string") throw answer;
    const [msa, ...rest] = answer.split("\r");
    return readHl7(Buffer.from(["MSH|^~\\&|R", `${msa}${controlId}`, ...rest].join("\r")));
  },
  probe: async (_peer, _signal, query) => {
    if (query) sent.push(Buffer.from(query.bytes));
    return [{ stage: "connect", ok: true, message: "Port 2575 takes connections." }];
  },
};
const check = new Ajv2020({ useDefaults: true, keywords: ["x-ui"] }).compile(Hl7Settings);
function settingsWith(over: object): Hl7Settings {
  const settings: unknown = { host: "ris.example", timeZone: "Europe/Berlin", ...over };
  if (check(settings)) return settings as Hl7Settings;
  throw new Error(JSON.stringify(check.errors));
}
const scopeOf = (over: object) => ({ settings: settingsWith(over), mllp, templates: services.templates });
const deliver = (over = {}, view: ResultView = result) =>
  outcomeOf(plugin.deliver, deliverStepOf(study, view, STEP), scopeOf(over));

/** Fields of the segments of that name, split by hand: `fields[3]` is field 3, also in MSH. */
async function segments(name: string, over = {}, view?: ResultView): Promise<string[][]> {
  expect((await deliver(over, view)).kind).toBe("delivered");
  const lines = sent.at(-1)?.toString("utf8").split("\r") ?? [];
  const found = lines.filter((line) => line.startsWith(`${name}|`)).map((line) => line.split("|"));
  return name === "MSH" ? found.map(([first = "", ...rest]) => [first, "|", ...rest]) : found;
}

describe("the message", () => {
  it("says who sends what to whom, in which version and character set", async () => {
    const over = { sendingFacility: "SITE", receivingApplication: "RIS", receivingFacility: "HOSP&1" };
    const [msh] = await segments("MSH", over);
    expect(msh?.slice(3, 7)).toEqual(["THALAMUS", "SITE", "RIS", "HOSP\\T\\1"]);
    expect(msh?.[7]).toBe("20240712123005+0200");
    expect(msh?.slice(9)).toEqual(
      ["ORU^R01^ORU_R01", expect.stringMatching(/^[0-9A-Z]{20}$/), "P", "2.5.1"].concat([
        "",
        "",
        "",
        "",
        "",
        "UNICODE UTF-8",
      ]),
    );
    const [older] = await segments("MSH", { version: "2.3.1", acknowledgement: "enhanced" });
    expect(older?.slice(9, 17)).toEqual(["ORU^R01", msh?.[10], "P", "2.3.1", "", "", "AL", "NE"]);
  });

  it("names the patient, whatever characters the name has", async () => {
    const [pid] = await segments("PID");
    expect(pid?.[3]).toBe("P\\S\\1^^^HOSP\\R\\A^PI");
    expect(pid?.[5]).toBe("O'Ne\\F\\ll^Ann\\T\\a^M^III^Dr.^^L^A~山田^花子^^^^^L^I");
    expect(pid?.slice(7, 9)).toEqual(["19620704", "F"]);
    const [latin] = await segments("PID", { characterSet: "8859/1" });
    expect(latin?.[5]).not.toContain("~");
    expect((await segments("PV1"))[0]).toEqual(["PV1", "1", "U", "", "", "", "", "", "^House^Greg"]);
  });

  it("names order and procedure, with the accession number where the site has it", async () => {
    const procedureCode = { code: "MRHEAD", text: "MRI head", system: "RIS" };
    const [obr] = await segments("OBR", { procedureCode });
    expect(obr?.slice(1, 5)).toEqual(["1", "", "ACC\\E\\7", "MRHEAD^MRI head^RIS"]);
    expect(obr?.[7]).toBe("20240712091500+0200");
    expect(obr?.slice(22)).toEqual(["20240712123005+0200", "", "IMG", "F"]);
    const [placed] = await segments("ORC", { accession: "placer" });
    expect(placed).toEqual(["ORC", "RE", "ACC\\E\\7", expect.stringMatching(/^[0-9A-Z]{20}$/), "", "CM"]);
    const [both] = await segments("OBR", { accession: "both" });
    expect(both?.slice(2, 5)).toEqual(["ACC\\E\\7", "ACC\\E\\7", "dti-metrics^dti-metrics 0.1.0^L"]);
  });

  it("holds the numbers with their units, the warnings, and the very report", async () => {
    const all = await segments("OBX");
    expect(all.map((obx) => obx[2])).toEqual(["NM", "NM", "NM", "NM", "ED"]);
    expect(all.map((obx) => obx[1])).toEqual(["1", "2", "3", "4", "5"]);
    expect(all.map((obx) => obx[6])).toEqual([
      "1^no units^UCUM",
      "10*-3.mm2/s^10\\S\\-3 mm2/s^UCUM",
      "furlong/week^furlong/week^L",
      "1^no units^UCUM",
      "",
    ]);
    expect(all.map((obx) => [obx[5]?.slice(0, 10), obx[11]])).toEqual([
      ["0.436841", "F"],
      ["0.796385", "F"],
      ["3", "F"],
      ["", "X"],
      ["^applicati", "F"],
    ]);
    expect(all[0]?.[3]).toBe("wmLike.FA.mean^wmLike.FA.mean^L");
    const [, type, subtype, encoding, base64] = all[4]?.[5]?.split("^") ?? [];
    expect([type, subtype, encoding]).toEqual(["application", "pdf", "Base64"]);
    expect(Buffer.from(base64 ?? "", "base64").equals(pdf)).toBe(true);
    expect(await segments("NTE")).toEqual([["NTE", "1", "L", "no b0 \\F\\ at the end"]]);
  });

  it("holds the summary as lines or as one formatted text, if wanted", async () => {
    const only = { report: false, indexes: false, notes: false };
    const lines = await segments("OBX", { ...only, summary: "TX" });
    expect(lines.map((obx) => [obx[2], obx[4], obx[5]])).toEqual([
      ["TX", "1", "FA \\F\\ MD"],
      ["TX", "2", "  0.43"],
      ["TX", "3", ""],
      ["TX", "4", "end"],
    ]);
    const [formatted] = await segments("OBX", { ...only, summary: "FT" });
    expect(formatted?.[5]).toBe("FA \\F\\ MD\\.br\\  0.43\\.br\\\\.br\\end");
    expect(await deliver(only)).toMatchObject({ kind: "rejected", code: "deliver-hl7.nothing" });
  });

  it("tells failures with a status of their own, where they are wanted", async () => {
    const error = { code: "TOO_FEW_SLICES", message: "The image has too few slices." };
    const failure = { ...result, kind: "failure" as const, indexes: [], error };
    expect((await deliver({}, failure)).kind).toBe("skipped");
    const all = await segments("OBX", { deliverFailures: true, failureStatus: "I" }, failure);
    expect(all.map((obx) => [obx[2], obx[11]])).toEqual([
      ["TX", "I"],
      ["ED", "I"],
    ]);
    expect(all[0]?.[5]).toBe("The image has too few slices. (TOO_FEW_SLICES)");
    const undrawn = { ...failure, artifacts: [] };
    expect(await segments("OBR", { deliverFailures: true }, undrawn)).toMatchObject([{ 25: "X" }]);
  });

  it("is the same byte for byte when the step is repeated, and another for another step", async () => {
    const first = await deliver();
    const second = await deliver();
    expect(second).toEqual(first);
    expect(sent[0]?.equals(sent[1]!)).toBe(true);
    await outcomeOf(plugin.deliver, deliverStepOf(study, result), scopeOf({}));
    expect(sent[2]?.equals(sent[1]!)).toBe(false);
  });

  it("is not sent when it does not fit the character set, is too large, or has no report", async () => {
    expect(
      await deliver({ characterSet: "ASCII", assigningAuthority: "ä", codingSystem: "ä" }),
    ).toMatchObject({
      kind: "rejected",
      code: "deliver-hl7.unwritable",
    });
    const huge = { ...result.artifacts[0]!, bytes: 21_000_000 };
    const code = async (view: ResultView) => await deliver({}, view);
    expect(await code(resultOf([huge]))).toMatchObject({ code: "deliver-hl7.too-large" });
    expect(await code(resultOf([]))).toMatchObject({ code: "deliver-hl7.no-report" });
    expect(sent).toEqual([]);
  });
});

describe("the site's own words", () => {
  it("replace fields of the message, and add segments", async () => {
    const segmentsSet = [
      { segment: "PID", field: 18, template: "{{study.id}}^^^{{patient.issuer}}" },
      { segment: "ZDS", field: 1, template: "{{study.instanceUid}}^Thalamus^Application^DICOM" },
      { segment: "OBX", field: 16, template: "^{{{message.referringPhysician}}}" },
    ];
    const { studyInstanceUid, studyId } = study.identity.reveal();
    expect((await segments("PID", { segments: segmentsSet }))[0]?.[18]).toBe(`${studyId}^^^HOSP\\R\\A`);
    expect(await segments("ZDS", { segments: segmentsSet })).toEqual([
      ["ZDS", `${studyInstanceUid}^Thalamus^Application^DICOM`],
    ]);
    expect((await segments("OBX", { segments: segmentsSet }))[4]?.[16]).toBe("^^House^Greg");
  });

  it("can be the whole message; the control id stays that of the hub", async () => {
    const template = [
      "MSH|^~\\&|HUB|||RIS|{{message.time}}||ORU^R01|MINE|P|2.4",
      "PID|||{{patient.id}}||{{{message.patientName}}}",
      "OBX|1|ED|REP||^application^pdf^Base64^{{report.base64}}||||||{{message.status}}",
    ].join("\n");
    const [msh] = await segments("MSH", { template });
    expect(msh?.slice(3, 13)).toEqual(
      ["HUB", "", "", "RIS", "20240712123005+0200", "", "ORU^R01"].concat([
        expect.stringMatching(/^[0-9A-Z]{20}$/),
        "P",
        "2.4",
      ]),
    );
    const [pid] = await segments("PID", { template });
    expect(pid?.slice(3)).toEqual(["P\\S\\1", "", "O'Ne\\F\\ll^Ann\\T\\a^M^III^Dr.^^L^A"]);
  });

  it.each([
    ["segments.0.template", { segments: [{ segment: "PID", field: 2, template: "{{patient.nmae}}" }] }],
    ["segments.0.template", { segments: [{ segment: "PID", field: 2, template: "a|b" }] }],
    ["segments.0.template", { segments: [{ segment: "MSH", field: 10, template: "x" }] }],
    ["template", { template: "Dear colleague" }],
    ["template", { template: "MSH|^~\\&|A\nhello {{patient.id}}" }],
    ["template", { template: "MSH|^~\\&|A\nPID|{{#each result.indexes}}" }],
    ["timeZone", { timeZone: "Europe/Nowhere" }],
  ])("are a problem of the setting %s when they make no message (%j)", async (path, over) => {
    const scope = scopeOf(over);
    expect(plugin.settingsProblems?.(scope)).toEqual([{ path, message: expect.stringMatching(/\w/) }]);
    const report = await plugin.probe(scope, new AbortController().signal);
    expect(report).toMatchObject({ ok: false, message: expect.stringContaining(`The setting ${path}: `) });
  });

  it("are no problem when they are as they should be", () => {
    const segments = [{ segment: "ZDS", field: 1, template: "{{study.instanceUid}}" }];
    expect(plugin.settingsProblems?.(scopeOf({ segments }))).toEqual([]);
  });
});

describe("acknowledgements", () => {
  const refused = { kind: "rejected", code: "deliver-hl7.refused" };
  const error = { kind: "retry", code: "deliver-hl7.error" };
  it.each([
    ["MSA|AA|", {}, { kind: "delivered", receipt: { acknowledgement: "AA" } }],
    ["MSA|CA|", {}, { kind: "delivered", receipt: { acknowledgement: "CA" } }],
    ["MSA|AR|", {}, refused],
    ["MSA|CR|", {}, refused],
    ["MSA|AE|", {}, error],
    ["MSA|AE|", { onError: "reject" }, refused],
    ["MSA|CE|\rERR||PID^1|101^^HL70357|E", {}, { ...refused, message: /CE: 101 required field missing\.$/ }],
    ["MSA|AE|\rERR||PID^1|101^^HL70357|E", { onError: "retry" }, error],
    ["MSA|AE|\rERR|||206|E", {}, { ...error, message: /206 application record locked/ }],
    ["MSA|AE|\rERR|PID^1^3^103&no&HL70357", {}, { ...refused, message: /103 table value not found/ }],
    ["MSA|XX|", {}, { kind: "retry", code: "deliver-hl7.unclear" }],
  ])("%j with %j", async (text, over, expected) => {
    answer = text;
    expect(await deliver(over)).toMatchObject(expected);
  });

  it("tell numbers of conditions, and no word of the receiver", async () => {
    answer = "MSA|AR|\rERR||PID^1|O'Ne\\F\\ll|E||||Patient O'Ne\\F\\ll unknown\rERR|||204|E";
    const outcome = await deliver();
    expect(JSON.stringify(outcome)).not.toContain("O'Ne");
    expect(outcome).toMatchObject({ message: "The receiver answered AR: 204 unknown key identifier." });
  });

  it.each([
    ["mllp.unreachable", "retry", "deliver-hl7.unreachable"],
    ["mllp.tls", "retry", "deliver-hl7.unreachable"],
    ["mllp.timeout", "retry", "deliver-hl7.no-answer"],
    ["mllp.broken", "retry", "deliver-hl7.no-answer"],
    ["mllp.garbage", "retry", "deliver-hl7.unclear"],
    ["mllp.wrong-answer", "retry", "deliver-hl7.unclear"],
  ])("%s is a %s", async (code, kind, expected) => {
    answer = new MllpError(code, "no connection");
    expect(await deliver()).toMatchObject({ kind, code: expected, message: "No connection." });
  });

  it("that prove the delivery: receipt with hashes of message and report", async () => {
    const outcome = await deliver();
    expect(outcome).toMatchObject({
      receipt: {
        host: "ris.example",
        port: 2575,
        version: "2.5.1",
        controlId: expect.stringMatching(/^[0-9A-Z]{20}$/),
        messageSha256: expect.stringMatching(/^[0-9a-f]{64}$/),
        messageBytes: sent[0]?.length,
        sha256: result.artifacts[0]?.sha256,
        bytes: pdf.length,
      },
    });
  });
});

describe("the test button", () => {
  it("connects only, or sends a network management query where the site wants it", async () => {
    const { signal } = new AbortController();
    expect(await plugin.probe(scopeOf({}), signal)).toMatchObject({
      ok: true,
      stages: [{ stage: "connect" }],
    });
    expect(sent).toEqual([]);
    await plugin.probe(scopeOf({ probeQuery: true }), signal);
    const [msh, nck] = sent[0]?.toString().split("\r") ?? [];
    expect(msh?.split("|")[8]).toBe("NMQ^N01");
    expect(nck).toMatch(/^NCK\|\d{14}[+-]\d{4}$/);
  });
});
