// What is agreed on: SOP classes, transfer syntaxes, window and roles.
import { acceptsAbstractSyntax, acceptsTransferSyntax } from "@thalamus/sdk/dicom";
import { ContextResult } from "@thalamus/sdk/dicom/net";
import { describe, expect, it } from "vitest";
import { agree, chooseTransferSyntax } from "./presentation-contexts.ts";

const IMPLICIT = "1.2.840.10008.1.2";
const EXPLICIT = "1.2.840.10008.1.2.1";
const DEFLATED = "1.2.840.10008.1.2.1.99";
const BIG_ENDIAN = "1.2.840.10008.1.2.2";
const JPEG_LS = "1.2.840.10008.1.2.4.80";
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
    expect(acceptsAbstractSyntax(uid)).toBe(isTaken);
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
    const { answer, contexts } = agree(request, 131_072);
    expect(answer.contexts.map((each) => each.result)).toEqual([
      ContextResult.accepted,
      ContextResult.abstractSyntaxNotSupported,
      ContextResult.transferSyntaxesNotSupported,
    ]);
    expect([...contexts]).toEqual([[1, { abstractSyntax: MR_IMAGE, transferSyntax: IMPLICIT }]]);
  });

  it("has a window of one and one, and says so only when asked", () => {
    expect(agree(request, 131_072).answer.user.operationsWindow).toBeUndefined();
    const asked = { ...request, user: { ...request.user, operationsWindow: { invoked: 0, performed: 8 } } };
    expect(agree(asked, 131_072).answer.user.operationsWindow).toEqual({ invoked: 1, performed: 1 });
  });

  it("lets the sender be the SCU only", () => {
    const roles = [{ sopClassUid: MR_IMAGE, scu: true, scp: true }];
    const { answer } = agree({ ...request, user: { ...request.user, roles } }, 131_072);
    expect(answer.user.roles).toEqual([{ sopClassUid: MR_IMAGE, scu: true, scp: false }]);
  });
});
