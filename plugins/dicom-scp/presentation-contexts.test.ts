// What is agreed on: SOP classes, transfer syntaxes, window and roles.
import { acceptsAbstractSyntax, acceptsTransferSyntax } from "@thalamus/sdk/dicom";
import { BIT_PRESERVING_STORAGE, ContextResult } from "@thalamus/sdk/dicom/net";
import Value from "typebox/value";
import { describe, expect, it } from "vitest";
import { agree, chooseTransferSyntax } from "./presentation-contexts.ts";
import { DicomScpSettings } from "./settings.ts";
import { RawSender } from "./testing/raw-sender.ts";
import { startScp } from "./testing/scp-under-test.ts";
import { testObject } from "./testing/test-object.ts";

const IMPLICIT = "1.2.840.10008.1.2";
const EXPLICIT = "1.2.840.10008.1.2.1";
const DEFLATED = "1.2.840.10008.1.2.1.99";
const BIG_ENDIAN = "1.2.840.10008.1.2.2";
const JPEG_LS = "1.2.840.10008.1.2.4.80";
const OFFER = { maxPduLength: 131_072, privateSopClasses: ["*"] };
const MR_IMAGE = "1.2.840.10008.5.1.4.1.1.4";

describe("SOP classes", () => {
  it.each([
    ["Verification", "1.2.840.10008.1.1", true],
    ["MR Image Storage", MR_IMAGE, true],
    ["Encapsulated PDF Storage", "1.2.840.10008.5.1.4.1.1.104.1", true],
    ["a storage class of tomorrow", "1.2.840.10008.5.1.4.1.1.999.9", true],
    ["private spectra of a scanner", "1.3.46.670589.11.0.0.12.1", true],
    ["Study Root Query", "1.2.840.10008.5.1.4.1.2.2.1", false],
    ["Modality Worklist", "1.2.840.10008.5.1.4.31", false],
    ["Storage Commitment", "1.2.840.10008.1.20.1", false],
    ["no UID at all", "MR", false],
    ["nothing", "", false],
  ])("%s: taken %3$s", (_name, uid, isTaken) => {
    expect(acceptsAbstractSyntax(uid, ["*"])).toBe(isTaken);
  });
});

describe("private SOP classes", () => {
  const SPECTRA = "1.3.46.670589.11.0.0.12.1";
  it.each([
    [["*"], true],
    [["1.3.46.670589.*"], true],
    [[SPECTRA], true],
    [["1.2.3", SPECTRA], true],
    [["1.3.46.67058.*"], false],
    [["1.3.46.670589.11.0.0.12"], false],
    [[], false],
  ])("of the list %j let spectra of a scanner in: %s", (listed, isTaken) => {
    expect(acceptsAbstractSyntax(SPECTRA, listed)).toBe(isTaken);
    // the classes of the standard are none of its business
    expect(acceptsAbstractSyntax(MR_IMAGE, listed)).toBe(true);
    expect(acceptsAbstractSyntax("1.2.840.10008.5.1.4.31", listed)).toBe(false);
  });

  it.each([
    ["*", true],
    ["1.3.46.670589.11.0.0.12.1", true],
    ["1.3.46.670589.*", true],
    ["2.25.1", true],
    ["", false],
    ["MR", false],
    ["1.3.046.1", false],
    ["1.3.46*", false],
    ["3.1.2", false],
    ["1.2.840.10008.5.1.4.1.1.4", false],
    ["1.2.840.10008.*", false],
  ])("are named by UIDs and roots that are not the standard's: %j is one: %s", (named, isOne) => {
    expect(Value.Check(DicomScpSettings.properties.privateSopClasses, [named])).toBe(isOne);
  });
});

describe("transfer syntaxes", () => {
  it.each([
    ...[IMPLICIT, EXPLICIT, BIG_ENDIAN, DEFLATED, JPEG_LS, "1.2.840.10008.1.2.4.70"],
    ...["1.2.840.10008.1.2.4.90", "1.2.840.10008.1.2.4.91", "1.2.840.10008.1.2.5"],
  ])("of the input specification are taken: %s", (uid) => {
    expect(acceptsTransferSyntax(uid)).toBe(true);
  });

  it.each(["1.2.840.10008.1.2.4.94", "1.2.840.10008.1.2.6.1", "1.2.840.10008.1.2.7.1", "1.2.3", ""])(
    "without a whole data set are not: %s",
    (uid) => {
      expect(acceptsTransferSyntax(uid)).toBe(false);
    },
  );

  it.each([
    [[IMPLICIT, JPEG_LS, EXPLICIT], EXPLICIT],
    [[JPEG_LS, IMPLICIT], JPEG_LS],
    [["1.2.3", BIG_ENDIAN, IMPLICIT], BIG_ENDIAN],
    [["1.2.3"], undefined],
    [[], undefined],
  ])("offered as %j: %s is chosen", (offered, chosen) => {
    expect(chooseTransferSyntax(offered)).toBe(chosen);
  });
});

describe("the agreement", () => {
  const request = {
    protocolVersion: 1,
    applicationContext: "",
    calledAe: "THALAMUS",
    callingAe: "MR1",
    contexts: [
      { id: 1, abstractSyntax: MR_IMAGE, transferSyntaxes: [IMPLICIT] },
      { id: 3, abstractSyntax: "1.2.840.10008.5.1.4.31", transferSyntaxes: [IMPLICIT] },
      { id: 5, abstractSyntax: MR_IMAGE, transferSyntaxes: ["1.2.3"] },
    ],
    user: { maxPduLength: 0, implementationClassUid: "1.2.3", implementationVersionName: "" },
  };

  it("answers every context and keeps the accepted ones", () => {
    const { answer, contexts } = agree(request, OFFER, false);
    expect(answer.contexts.map((each) => each.result)).toEqual([
      ContextResult.accepted,
      ContextResult.abstractSyntaxNotSupported,
      ContextResult.transferSyntaxesNotSupported,
    ]);
    expect([...contexts]).toEqual([[1, { abstractSyntax: MR_IMAGE, transferSyntax: IMPLICIT }]]);
  });

  it("has a window of one and one, and says so only when asked", () => {
    expect(agree(request, OFFER, false).answer.user.operationsWindow).toBeUndefined();
    const asked = { ...request, user: { ...request.user, operationsWindow: { invoked: 0, performed: 8 } } };
    expect(agree(asked, OFFER, false).answer.user.operationsWindow).toEqual({ invoked: 1, performed: 1 });
  });

  it("keeps everything of an object, and says so to whoever asks for a SOP class that is taken", () => {
    const asked = Buffer.from([3, 0, 0, 0, 2, 0]);
    const extended = [MR_IMAGE, "1.2.840.10008.5.1.4.31", "1.2.840.10008.1.1"].map((sopClassUid) => {
      return { sopClassUid, information: asked };
    });
    const { answer } = agree({ ...request, user: { ...request.user, extended } }, OFFER, false);
    // PS3.4 table B.3-2: level 2 SCP, signature level 3, no coercion
    expect(answer.user.extended).toEqual([
      { sopClassUid: MR_IMAGE, information: Buffer.from([2, 0, 3, 0, 0, 0]) },
    ]);
    expect(agree(request, OFFER, false).answer.user.extended).toEqual([]);
  });

  it.each([
    ["known and asks for an answer", true, true, Buffer.alloc(0)],
    ["known and does not ask", true, false, undefined],
    ["not checked here, whatever it asks", false, true, undefined],
  ])("answers a user that is %s", (_name, isKnown, positiveResponse, response) => {
    const identity = { type: 1, positiveResponse, primary: Buffer.from("me"), secondary: Buffer.alloc(0) };
    const { answer } = agree({ ...request, user: { ...request.user, identity } }, OFFER, isKnown);
    expect(answer.user.identityResponse).toEqual(response);
  });

  it("lets the sender be the SCU only", () => {
    const roles = [{ sopClassUid: MR_IMAGE, scu: true, scp: true }];
    const { answer } = agree({ ...request, user: { ...request.user, roles } }, OFFER, false);
    expect(answer.user.roles).toEqual([{ sopClassUid: MR_IMAGE, scu: true, scp: false }]);
  });
});

describe("on the wire", () => {
  const PRIVATE = "1.3.46.670589.11.0.0.12.1";
  const contexts = [MR_IMAGE, PRIVATE].map((abstractSyntax, index) => {
    return { id: 2 * index + 1, abstractSyntax, transferSyntaxes: [EXPLICIT] };
  });

  it("everything a sender may ask for comes back as it was agreed", async () => {
    await using scp = await startScp({ privateSopClasses: ["1.3.46.670589.*"] });
    const sender = new RawSender(scp.port);
    const user = {
      maxPduLength: 16_384,
      implementationClassUid: "1.2.3",
      implementationVersionName: "",
      operationsWindow: { invoked: 0, performed: 0 },
      roles: [{ sopClassUid: MR_IMAGE, scu: true, scp: true }],
      extended: [{ sopClassUid: MR_IMAGE, information: Buffer.from([3, 0, 0, 0, 2, 0]) }],
    };
    const accepted = await sender.associate({ contexts, user });
    expect(accepted.contexts.map(({ result }) => result)).toEqual([0, 0]);
    expect(accepted.user).toMatchObject({
      operationsWindow: { invoked: 1, performed: 1 },
      roles: [{ sopClassUid: MR_IMAGE, scu: true, scp: false }],
      extended: [{ sopClassUid: MR_IMAGE, information: BIT_PRESERVING_STORAGE }],
    });
    expect(accepted.user.identityResponse).toBeUndefined();
    await sender.release();
  });

  it("a private class that is not listed is refused alone, and the others are served", async () => {
    await using scp = await startScp({ privateSopClasses: [] });
    const sender = new RawSender(scp.port);
    const accepted = await sender.associate({ contexts });
    const { accepted: yes, abstractSyntaxNotSupported: no } = ContextResult;
    expect(accepted.contexts.map(({ result }) => result)).toEqual([yes, no]);
    sender.store(testObject(1));
    expect((await sender.response()).status).toBe(0);
    await sender.release();
  });
});
