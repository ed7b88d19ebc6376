// The test button of a DICOM destination: it ends at the first stage that does not go well, and says what to do.
import { createServer } from "node:net";
import type { DicomPeer } from "@thalamus/sdk";
import {
  CommandField,
  ContextResult,
  encodeAssociateReject,
  PduType,
  Rejections,
  VERIFICATION,
} from "@thalamus/sdk/dicom/net";
import { hasOpenssl, NEEDS_OPENSSL, TestAuthority } from "@thalamus/sdk/testing";
import { describe, expect, it } from "vitest";
import { createDicomSender } from "./dicom-sender.ts";
import { hasDcmtk, NEEDS_DCMTK, StoreScp } from "./testing/real-receivers.ts";
import { accepted, type Script, ScriptedReceiver } from "./testing/scripted-receiver.ts";
import { ENCAPSULATED_PDF, MR_IMAGE } from "./testing/test-files.ts";

const sender = createDicomSender({ connectMs: 2000, answerMs: 2000 });
const never = new AbortController().signal;
const peerAt = (port: number, over: Partial<DicomPeer> = {}): DicomPeer => {
  return { host: "127.0.0.1", port, calledAe: "PEER", callingAe: "THALAMUS", ...over };
};
const probe = async (peer: DicomPeer) => {
  const report = await sender.probe(peer, [ENCAPSULATED_PDF, MR_IMAGE], never);
  const ways = report.stages?.map(({ stage, ok }) => (ok ? stage : `not ${stage}`)).join(", ");
  expect(report.message).toBe(report.stages?.at(-1)?.message);
  expect(report.ok).toBe(!ways?.includes("not "));
  return { ways, message: report.message };
};
async function probed(script: Script) {
  await using receiver = await ScriptedReceiver.start(script);
  const report = await probe(peerAt(receiver.port));
  await receiver.idle();
  return { ...report, receiver };
}
const refusing = (...uids: string[]): Script => ({
  answerContext: (context) =>
    uids.includes(context.abstractSyntax)
      ? { ...accepted(context), result: ContextResult.abstractSyntaxNotSupported }
      : accepted(context),
});

describe("A-193 the probe of an archive", () => {
  it("goes through all stages in one association, and stores nothing", async () => {
    const { ways, message, receiver } = await probed({});
    expect(ways).toBe("name, connect, sign-in, accepted");
    expect(message).toMatch(/^C-ECHO was answered with 0x0000 in \d+ ms, and what is delivered is taken\.$/);
    expect(receiver.requests).toHaveLength(1);
    expect(receiver.received.map(({ command }) => command.commandField)).toEqual([CommandField.echoRequest]);
    expect(receiver.pduTypes.at(-1)).toBe(PduType.releaseRequest);
  });

  it("tells which kind of object is not taken, and does not mind one that has no C-ECHO", async () => {
    const refused = await probed(refusing(ENCAPSULATED_PDF));
    expect(refused.ways).toBe("name, connect, sign-in, not accepted");
    expect(refused.message).toContain(`PEER does not take SOP class ${ENCAPSULATED_PDF}.`);
    const silent = await probed(refusing(VERIFICATION));
    expect(silent.ways).toBe("name, connect, sign-in, accepted");
    expect(silent.message).toBe("C-ECHO is not offered, and what is delivered is taken.");
  });

  it("ends at sign-in when the titles are refused", async () => {
    const reject = encodeAssociateReject(Rejections.calledAeNotRecognized);
    const { ways, message } = await probed({ onAssociate: (socket) => socket.write(reject) });
    expect(ways).toBe("name, connect, not sign-in");
    expect(message).toContain("called AE title not recognized");
  });

  it("ends at the name or at the connection", async () => {
    const closed = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => closed.once("listening", resolve));
    const { port } = closed.address() as { port: number };
    await new Promise((resolve) => closed.close(resolve));
    const refused = await probe(peerAt(port, { host: "localhost" }));
    expect(refused.ways).toBe("name, not connect");
    expect(refused.message).toContain(`No connection to localhost on port ${port}: nobody listens there.`);
    const unknown = await probe(peerAt(port, { host: "no-such-host.invalid" }));
    expect(unknown.ways).toBe("not name");
  });
});

describe.runIf(hasDcmtk)(`storescp of dcmtk${NEEDS_DCMTK}`, () => {
  it("takes the probe", async () => {
    await using receiver = await StoreScp.start();
    expect((await probe(peerAt(receiver.port))).ways).toBe("name, connect, sign-in, accepted");
    expect(await receiver.files()).toEqual([]);
  });

  it.runIf(hasOpenssl)(`ends at TLS when the certificate is not trusted${NEEDS_OPENSSL}`, async () => {
    using authority = new TestAuthority();
    const { keyFile, certificateFile } = authority.sign("archive.example");
    const { caFile } = authority;
    await using receiver = await StoreScp.start("+tls", keyFile, certificateFile, "+cf", caFile, "-ic");
    const trusted = await probe(peerAt(receiver.port, { host: "localhost", tls: { caFile } }));
    expect(trusted.ways).toBe("name, connect, tls, sign-in, accepted");
    const distrusted = await probe(peerAt(receiver.port, { tls: {} }));
    expect(distrusted.ways).toBe("name, connect, not tls");
    expect(distrusted.message).toMatch(/^No encrypted connection: \w+\. Check who signed its certificate/);
  });
});
