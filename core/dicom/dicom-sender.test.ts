// The sender with receivers that do as they are told: what it sends, and what it says when things go wrong.
import { createServer } from "node:net";
import { DicomSendError } from "@thalamus/sdk";
import {
  ContextResult,
  EXPLICIT_VR_LITTLE_ENDIAN,
  encodeAbort,
  encodeAssociateReject,
  encodeCommand,
  IMPLICIT_VR_LITTLE_ENDIAN,
  PduType,
  Rejections,
} from "@thalamus/sdk/dicom/net";
import { afterAll, describe, expect, it } from "vitest";
import { createDicomSender } from "./dicom-sender.ts";
import { accepted, type Script, ScriptedReceiver } from "./testing/scripted-receiver.ts";
import { ENCAPSULATED_PDF, MR_IMAGE, TestFiles } from "./testing/test-files.ts";

const files = new TestFiles();
afterAll(() => files[Symbol.dispose]());

const sender = createDicomSender({ connectMs: 2000, answerMs: 2000 });
const never = new AbortController().signal;
const peerAt = (port: number) => ({ host: "127.0.0.1", port, calledAe: "PEER", callingAe: "THALAMUS" });

/** Sends one object and tells the error, and what the receiver saw. */
async function failure(script: Script, sending = sender) {
  await using receiver = await ScriptedReceiver.start(script);
  const { path } = files.write();
  const error = await sending.store(peerAt(receiver.port), [path], never).catch((e: unknown) => e);
  expect(error).toBeInstanceOf(DicomSendError);
  await receiver.idle();
  return { error: error as DicomSendError, receiver };
}

describe("objects on the wire", () => {
  it.each([
    ["a small one", 300, 16_384],
    ["one of many blocks", 900_000, 16_384],
    ["one whose last fragment is full", 16_378 * 3, 16_384],
    ["fragments of 5 bytes or less", 300, 10],
    ["no limit announced", 700_000, 0],
    ["a limit beyond our blocks", 700_000, 1_000_000],
  ])("arrive unchanged: %s", async (_name, bytes, maxPduLength) => {
    await using receiver = await ScriptedReceiver.start({ maxPduLength });
    const file = files.write(bytes);
    const answers = await sender.store(peerAt(receiver.port), [file.path], never);
    expect(answers).toEqual([{ sopInstanceUid: file.sopInstanceUid, status: 0 }]);
    expect(receiver.received[0]?.dataSet.equals(file.dataSet)).toBe(true);
    expect(receiver.faults).toEqual([]);
  });

  it("go in order over one association, each kind in a context of its own", async () => {
    await using receiver = await ScriptedReceiver.start();
    const sent = [files.write(), files.write(500, ENCAPSULATED_PDF), files.write()];
    const paths = sent.map((file) => file.path);
    const answers = await sender.store(peerAt(receiver.port), paths, never);
    expect(answers.map((answer) => answer.sopInstanceUid)).toEqual(sent.map((file) => file.sopInstanceUid));
    expect(receiver.requests).toHaveLength(1);
    const proposed = receiver.requests[0]?.contexts.map((context) => {
      return [context.id, context.abstractSyntax, ...context.transferSyntaxes];
    });
    expect(proposed).toEqual([
      [1, MR_IMAGE, EXPLICIT_VR_LITTLE_ENDIAN],
      [3, MR_IMAGE, IMPLICIT_VR_LITTLE_ENDIAN],
      [5, ENCAPSULATED_PDF, EXPLICIT_VR_LITTLE_ENDIAN],
      [7, ENCAPSULATED_PDF, IMPLICIT_VR_LITTLE_ENDIAN],
    ]);
    expect(receiver.received.map((each) => each.contextId)).toEqual([1, 5, 1]);
    expect(receiver.pduTypes).toEqual([PduType.associateRequest, PduType.data, PduType.releaseRequest]);
  });

  it("keep their own status each, failures too", async () => {
    const statuses = [0x0000, 0xa700, 0xb000];
    await using receiver = await ScriptedReceiver.start({
      onMessage: (_socket, respond, count) => respond(statuses[count - 1] ?? 0),
    });
    const paths = statuses.map(() => files.write().path);
    const answers = await sender.store(peerAt(receiver.port), paths, never);
    expect(answers.map((answer) => answer.status)).toEqual(statuses);
  });

  it("nothing to send is no association", async () => {
    expect(await sender.store(peerAt(1), [], never)).toEqual([]);
  });
});

describe("C-ECHO", () => {
  it("tells the milliseconds to the answer", async () => {
    await using receiver = await ScriptedReceiver.start();
    expect(await sender.echo(peerAt(receiver.port), never)).toBeGreaterThan(0);
    expect(receiver.pduTypes.at(-1)).toBe(PduType.releaseRequest);
  });
});

describe("what goes wrong", () => {
  it("nobody listens: dicom.unreachable, worth another try", async () => {
    const closed = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => closed.once("listening", resolve));
    const { port } = closed.address() as { port: number };
    await new Promise((resolve) => closed.close(resolve));
    const error = await sender.echo(peerAt(port), never).catch((e: unknown) => e);
    expect(error).toMatchObject({ code: "dicom.unreachable", permanent: false });
  });

  it("rejected for good: dicom.rejected, permanent, with the reason", async () => {
    const reject = encodeAssociateReject(Rejections.calledAeNotRecognized);
    const { error } = await failure({ onAssociate: (socket) => socket.write(reject) });
    expect(error).toMatchObject({ code: "dicom.rejected", permanent: true });
    expect(error.message).toContain("called AE title not recognized");
  });

  it("rejected for now: dicom.rejected, worth another try", async () => {
    const reject = encodeAssociateReject(Rejections.localLimitExceeded);
    const { error } = await failure({ onAssociate: (socket) => socket.write(reject) });
    expect(error).toMatchObject({ code: "dicom.rejected", permanent: false });
  });

  it("a kind of object not accepted: dicom.no-context before any object is sent", async () => {
    const result = ContextResult.abstractSyntaxNotSupported;
    const { error, receiver } = await failure({
      answerContext: (context) => ({ ...accepted(context), result }),
    });
    expect(error).toMatchObject({ code: "dicom.no-context", permanent: true });
    expect(receiver.pduTypes).toEqual([PduType.associateRequest, PduType.abort]);
  });

  it("accepted in a transfer syntax that was not offered: dicom.no-context", async () => {
    const { error } = await failure({
      answerContext: (context) => ({ ...accepted(context), transferSyntax: "1.2.840.10008.1.2.2" }),
    });
    expect(error.code).toBe("dicom.no-context");
  });

  it("the peer aborts in the middle of an object: dicom.aborted", async () => {
    const abort = encodeAbort({ source: 2, reason: 0 });
    const { error } = await failure({ onCommand: (socket) => socket.end(abort) });
    expect(error).toMatchObject({ code: "dicom.aborted", permanent: false });
  });

  it("the peer closes the connection instead of an answer: dicom.aborted", async () => {
    const { error } = await failure({ onMessage: (socket) => socket.destroy() });
    expect(error.code).toBe("dicom.aborted");
  });

  it("the peer answers garbage: dicom.aborted, and it is told so", async () => {
    const { error, receiver } = await failure({
      onMessage: (socket) => socket.write("HTTP/1.1 400\r\n\r\n"),
    });
    expect(error.code).toBe("dicom.aborted");
    expect(receiver.pduTypes.at(-1)).toBe(PduType.abort);
  });

  it("the peer answers another message: dicom.aborted, for nobody knows what it stored", async () => {
    const response = { commandField: 0x8001, hasDataSet: false, messageIdRespondedTo: 99, status: 0 };
    const { error } = await failure({ onMessage: (socket) => socket.write(encodeCommand(1, response, 0)) });
    expect(error.code).toBe("dicom.aborted");
  });

  it("the peer answers an object before it has all of it: the answer counts", async () => {
    const response = { commandField: 0x8001, hasDataSet: false, messageIdRespondedTo: 1, status: 0xa700 };
    await using receiver = await ScriptedReceiver.start({
      onCommand: (socket) => socket.write(encodeCommand(1, response, 0)),
      onMessage: () => {},
    });
    const answers = await sender.store(peerAt(receiver.port), [files.write(2_000_000).path], never);
    expect(answers).toMatchObject([{ status: 0xa700 }]);
  });

  it("no answer to the association in time: dicom.timeout", async () => {
    const hasty = createDicomSender({ answerMs: 30 });
    const { error } = await failure({ onAssociate: () => {} }, hasty);
    expect(error).toMatchObject({ code: "dicom.timeout", permanent: false });
  });

  it("no answer to an object in time: dicom.timeout and an abort", async () => {
    const hasty = createDicomSender({ answerMs: 30 });
    const { error, receiver } = await failure({ onMessage: () => {} }, hasty);
    expect(error.code).toBe("dicom.timeout");
    expect(receiver.pduTypes.at(-1)).toBe(PduType.abort);
  });

  it("no answer to the release: all objects were answered, so it is a success", async () => {
    await using receiver = await ScriptedReceiver.start({ onRelease: () => {} });
    const hasty = createDicomSender({ answerMs: 30 });
    expect(await hasty.store(peerAt(receiver.port), [files.write().path], never)).toHaveLength(1);
  });

  it("no PS3.10 file: dicom.bad-file without its name, before any connection", async () => {
    const bad = files.writeBytes(Buffer.alloc(1000));
    const error = await sender.store(peerAt(1), [bad], never).catch((e: unknown) => e);
    expect(error).toMatchObject({ code: "dicom.bad-file", permanent: true });
    expect(String(error)).not.toContain(bad);
  });

  it("a file that is gone: dicom.bad-file without its name", async () => {
    const error = await sender.store(peerAt(1), ["/no/CANARY.dcm"], never).catch((e: unknown) => e);
    expect(error).toMatchObject({ code: "dicom.bad-file" });
    expect(String(error)).not.toContain("CANARY");
  });
});

describe("cancelling", () => {
  it("aborts the association and rejects with the reason of the signal", async () => {
    const controller = new AbortController();
    const reason = new Error("the step was cancelled");
    await using receiver = await ScriptedReceiver.start({ onMessage: () => controller.abort(reason) });
    const sent = sender.store(peerAt(receiver.port), [files.write().path], controller.signal);
    await expect(sent).rejects.toBe(reason);
    await receiver.idle();
    expect(receiver.pduTypes.at(-1)).toBe(PduType.abort);
  });

  it("does not even connect when it is cancelled before", async () => {
    await using receiver = await ScriptedReceiver.start();
    const sent = sender.echo(peerAt(receiver.port), AbortSignal.abort());
    await expect(sent).rejects.toMatchObject({ name: "AbortError" });
    expect(receiver.requests).toEqual([]);
  });
});
