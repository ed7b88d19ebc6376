// The sender with receivers other people wrote: dcmtk and dcmjs-dimse.
import { toImplicitVr } from "@thalamus/sdk/dicom";
import { afterAll, describe, expect, it } from "vitest";
import { createDicomSender } from "./dicom-sender.ts";
import { hasDcmtk, NEEDS_DCMTK, StoreScp, startDimseReceiver } from "./testing/real-receivers.ts";
import { ENCAPSULATED_PDF, TestFiles } from "./testing/test-files.ts";

const files = new TestFiles();
afterAll(() => files[Symbol.dispose]());

const sender = createDicomSender();
const never = new AbortController().signal;
const peerAt = (port: number) => ({ host: "127.0.0.1", port, calledAe: "PEER", callingAe: "THALAMUS" });

describe.runIf(hasDcmtk)(`storescp of dcmtk${NEEDS_DCMTK}`, () => {
  it("answers C-ECHO", async () => {
    await using receiver = await StoreScp.start();
    expect(await sender.echo(peerAt(receiver.port), never)).toBeGreaterThan(0);
  });

  it.each([4096, 16_384, 131_072])("stores bit for bit with a maximum PDU of %i", async (maxPdu) => {
    await using receiver = await StoreScp.start("--max-pdu", String(maxPdu));
    const sent = [files.write(400_370), files.write(1000, ENCAPSULATED_PDF), files.write(139_000)];
    const answers = await sender.store(
      peerAt(receiver.port),
      sent.map((file) => file.path),
      never,
    );
    expect(answers.map((answer) => answer.status)).toEqual([0, 0, 0]);
    const stored = await receiver.files();
    expect(stored).toHaveLength(3);
    for (const { dataSet } of sent) {
      expect(stored.some((file) => file.subarray(-dataSet.length).equals(dataSet))).toBe(true);
    }
  });

  it("that takes Implicit VR Little Endian only gets the same values, re-encoded", async () => {
    await using receiver = await StoreScp.start("+xi");
    const sent = [files.write(400_370), files.write(1000, ENCAPSULATED_PDF)];
    const paths = sent.map((file) => file.path);
    const answers = await sender.store(peerAt(receiver.port), paths, never);
    expect(answers.map((answer) => answer.status)).toEqual([0, 0]);
    const stored = await receiver.files();
    for (const { dataSet } of sent) {
      expect(
        stored.some((file) => file.subarray(-toImplicitVr(dataSet).length).equals(toImplicitVr(dataSet))),
      ).toBe(true);
    }
  });

  it("that refuses associations is dicom.rejected", async () => {
    await using receiver = await StoreScp.start("--refuse");
    await expect(sender.echo(peerAt(receiver.port), never)).rejects.toMatchObject({ code: "dicom.rejected" });
  });

  it.each(["--abort-during", "--abort-after"])("that breaks off (%s) is dicom.aborted", async (option) => {
    await using receiver = await StoreScp.start(option);
    const sent = sender.store(peerAt(receiver.port), [files.write(400_000).path], never);
    await expect(sent).rejects.toMatchObject({ code: "dicom.aborted", permanent: false });
  });
});

describe("dcmjs-dimse as receiver", () => {
  it("answers C-ECHO", async () => {
    await using receiver = await startDimseReceiver();
    await sender.echo(peerAt(receiver.port), never);
    expect(receiver.seen.echoes).toBe(1);
  });

  it("takes objects of two kinds over one association", async () => {
    await using receiver = await startDimseReceiver();
    const sent = [files.write(), files.write(1000, ENCAPSULATED_PDF)];
    const paths = sent.map((file) => file.path);
    const answers = await sender.store(peerAt(receiver.port), paths, never);
    expect(answers.map((answer) => answer.status)).toEqual([0, 0]);
    expect(receiver.seen.sopInstanceUids).toEqual(sent.map((file) => file.sopInstanceUid));
  });
});
