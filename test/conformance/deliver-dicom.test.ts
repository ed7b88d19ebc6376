// PDF and SR deliveries through the hub's own sender to storescp of dcmtk: plain, with TLS, and with Implicit VR only.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DeliverStep, Outcome, ResultView } from "@thalamus/sdk";
import { readFileHeader, Tag } from "@thalamus/sdk/dicom";
import {
  artifactOf,
  deliverStepOf,
  hasOpenssl,
  hasTool,
  NEEDS_OPENSSL,
  outcomeOf,
  resultOf,
  runTool,
  studyOfFiles,
  TestAuthority,
  writeDwiPhantom,
} from "@thalamus/sdk/testing";
import { encode } from "fast-png";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createDicomSender } from "../../core/dicom/dicom-sender.ts";
import { hasDcmtk, NEEDS_DCMTK, StoreScp } from "../../core/dicom/testing/real-receivers.ts";
import { withDefaults } from "../../core/plugins/plugin-settings.ts";
import deliverPdf from "../../plugins/deliver-dicom-pdf/plugin.ts";
import deliverSr from "../../plugins/deliver-sr/plugin.ts";

const sender = createDicomSender();
const folder = mkdtempSync(join(tmpdir(), "deliver-dicom-"));
const pdf = Buffer.concat([Buffer.from("%PDF-1.4\n"), Buffer.alloc(300_001, 0xfe), Buffer.from("\n%%EOF\n")]);
let study: DeliverStep["study"];
let result: ResultView;
beforeAll(async () => {
  const { files } = await writeDwiPhantom(join(folder, "study"), { matrix: 16, slices: 2, directions: 6 });
  study = await studyOfFiles(files, { patientName: "Müller^Jürgen" });
  writeFileSync(join(folder, "report.pdf"), pdf);
  const data = new Uint8Array(64 * 32 * 3).fill(90);
  writeFileSync(join(folder, "page.png"), encode({ width: 64, height: 32, depth: 8, channels: 3, data }));
  const artifacts = [
    await artifactOf("report", "application/pdf", join(folder, "report.pdf")),
    await artifactOf("preview", "image/png", join(folder, "page.png")),
  ];
  result = resultOf(artifacts, { indexes: [{ name: "wmLike.FA.mean", value: 0.43, unit: "1" }] });
});
afterAll(() => rmSync(folder, { recursive: true }));

const archive = (port: number) => ({ host: "localhost", port, calledAe: "PACS" });
const deliverTo = {
  pdf: (over: object): Promise<Outcome> => {
    const settings = withDefaults(deliverPdf.settings, over);
    return outcomeOf(deliverPdf.deliver, deliverStepOf(study, result), { settings, sender });
  },
  sr: (over: object): Promise<Outcome> => {
    const settings = withDefaults(deliverSr.settings, { keyImages: ["preview"], ...over });
    return outcomeOf(deliverSr.deliver, deliverStepOf(study, result), { settings, sender });
  },
};

/** Headers of what was stored, with the files kept for outside tools. */
async function stored(receiver: StoreScp) {
  const objects = await receiver.files();
  return await Promise.all(
    objects.map(async (bytes, index) => {
      const file = join(folder, `stored-${index}.dcm`);
      writeFileSync(file, bytes);
      return { file, bytes, ...(await readFileHeader(file)) };
    }),
  );
}

describe.runIf(hasDcmtk)(`storescp of dcmtk${NEEDS_DCMTK}`, () => {
  it.each([
    ["Explicit VR Little Endian", "+xe", "1.2.840.10008.1.2.1"],
    ["Implicit VR Little Endian only", "+xi", "1.2.840.10008.1.2"],
  ])("A-188 gets the report in %s, in the patient's own study", async (_name, option, syntax) => {
    await using receiver = await StoreScp.start(option);
    expect((await deliverTo.pdf(archive(receiver.port))).kind).toBe("delivered");
    const [{ dataset, transferSyntax, file, bytes }] = (await stored(receiver)) as [
      Awaited<ReturnType<typeof stored>>[number],
    ];
    expect(transferSyntax.uid).toBe(syntax);
    expect(dataset.text(Tag.PatientName)).toBe("Müller^Jürgen");
    expect(dataset.ascii(Tag.StudyInstanceUID)).toBe(study.identity.reveal().studyInstanceUid);
    expect(dataset.ascii(Tag.Modality)).toBe("DOC");
    expect(bytes.includes(pdf)).toBe(true);
    if (!hasTool("dciodvfy")) return;
    const { output } = runTool("dciodvfy", file);
    expect(output.split("\n").filter((line) => line.startsWith("Error"))).toEqual([]);
  });

  it.each(["+xe", "+xi"])("A-189 gets report and key image over one association (%s)", async (option) => {
    await using receiver = await StoreScp.start(option);
    const outcome = await deliverTo.sr(archive(receiver.port));
    expect(outcome).toMatchObject({ kind: "delivered", receipt: { images: [{ status: "0x0000" }] } });
    const objects = await stored(receiver);
    expect(objects.map(({ dataset }) => dataset.ascii(Tag.Modality)).toSorted()).toEqual(["OT", "SR"]);
    const report = objects.find(({ dataset }) => dataset.ascii(Tag.Modality) === "SR");
    if (!hasTool("dsrdump")) return;
    const { status, output } = runTool("dsrdump", report?.file ?? "");
    expect(status).toBe(0);
    expect(output).toContain("Fractional Anisotropy");
  });

  it("files the same object when a result is delivered again", async () => {
    await using receiver = await StoreScp.start();
    await deliverTo.pdf(archive(receiver.port));
    await deliverTo.pdf(archive(receiver.port));
    expect(await receiver.files()).toHaveLength(1);
  });
});

describe.runIf(hasDcmtk && hasOpenssl)(`storescp over TLS${NEEDS_DCMTK}${NEEDS_OPENSSL}`, () => {
  it("A-188 gets the report from a hub with a certificate, and nothing from one that does not trust it", async () => {
    using authority = new TestAuthority();
    const own = authority.sign("archive.example");
    const hub = authority.sign("hub.example");
    const { caFile } = authority;
    await using receiver = await StoreScp.start("+tls", own.keyFile, own.certificateFile, "+cf", caFile);
    const tls = { caFile, ...hub };
    const settings = withDefaults(deliverPdf.settings, { ...archive(receiver.port), tls });
    const probed = await deliverPdf.probe({ settings, sender }, new AbortController().signal);
    expect(probed.stages?.map(({ stage }) => stage)).toEqual([
      "name",
      "connect",
      "tls",
      "sign-in",
      "accepted",
    ]);
    expect(await deliverTo.pdf({ ...archive(receiver.port), tls })).toMatchObject({ kind: "delivered" });
    const distrusting = await deliverTo.pdf({ ...archive(receiver.port), tls: {} });
    expect(distrusting).toMatchObject({ kind: "retry", code: "deliver-dicom-pdf.unreachable" });
    expect(await receiver.files()).toHaveLength(1);
  });
});
