// Senders that must be a certain user: by name, by name and passcode, and what dcmtk makes of the answer.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Rejections, type UserIdentity, UserIdentityType } from "@thalamus/sdk/dicom/net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { DicomScpSettings } from "./settings.ts";
import { dcmtk, hasDcmtk, NEEDS_DCMTK } from "./testing/dcmtk.ts";
import { RawSender } from "./testing/raw-sender.ts";
import { startScp } from "./testing/scp-under-test.ts";
import { testObject } from "./testing/test-object.ts";
import { identityCheck } from "./user-check.ts";

const { username, usernameAndPasscode, kerberos, saml, jwt } = UserIdentityType;
const PASSCODE = "CANARY-passcode";
const CALLERS: DicomScpSettings["allowedCallers"] = [
  { ae: "SECURED", user: "mr7", passcode: PASSCODE },
  { ae: "NAMED", user: "Jürgen" },
  { ae: "RAW" },
];

const saying = (type: number, primary: string, secondary = ""): UserIdentity => {
  return { type, positiveResponse: true, primary: Buffer.from(primary), secondary: Buffer.from(secondary) };
};

describe("a user", () => {
  const secured = identityCheck({ user: "mr7", passcode: PASSCODE })!;
  const named = identityCheck({ user: "Jürgen" })!;

  it.each([
    ["name and passcode", saying(usernameAndPasscode, "mr7", PASSCODE), true],
    ["the same, padded to an even length", saying(usernameAndPasscode, "mr7 ", `${PASSCODE}\0`), true],
    ["another passcode", saying(usernameAndPasscode, "mr7", "CANARY-passcodf"), false],
    ["another name", saying(usernameAndPasscode, "mr8", PASSCODE), false],
    ["no passcode", saying(usernameAndPasscode, "mr7"), false],
    ["the name alone", saying(username, "mr7"), false],
    ["a Kerberos ticket", saying(kerberos, "mr7", PASSCODE), false],
    ["a SAML assertion", saying(saml, "mr7", PASSCODE), false],
    ["a web token", saying(jwt, "mr7", PASSCODE), false],
    ["nothing", undefined, false],
  ])("with a passcode is recognized by both: %s", (_name, identity, isKnown) => {
    expect(secured(identity)).toBe(isKnown);
  });

  it.each([
    ["the name", saying(username, "Jürgen"), true],
    ["the name in other Unicode", saying(username, "Ju\u0308rgen"), true],
    ["the name and any passcode", saying(usernameAndPasscode, "Jürgen", "x"), true],
    ["another name", saying(username, "Jurgen"), false],
    ["nothing", undefined, false],
  ])("without a passcode is recognized by the name: %s", (_name, identity, isKnown) => {
    expect(named(identity)).toBe(isKnown);
  });

  it.each([[{ passcode: PASSCODE }], [{ user: " ", passcode: PASSCODE }], [{ user: "mr7", passcode: " " }]])(
    "is not asked for by halves: %j stops the start",
    async (entry) => {
      const started = startScp({ allowedCallers: [{ ae: "SECURED", ...entry }] });
      await expect(started).rejects.toMatchObject({ name: "Permanent", code: "dicom-scp.user-settings" });
    },
  );
});

describe("an association", () => {
  it("of somebody else is rejected by the ACSE provider, and nobody reads in the log what it said", async () => {
    await using scp = await startScp({ allowedCallers: CALLERS });
    for (const identity of [undefined, saying(usernameAndPasscode, "mr7", "CANARY-guess")]) {
      const sender = new RawSender(scp.port);
      const user = {
        maxPduLength: 0,
        implementationClassUid: "1.2",
        implementationVersionName: "",
        identity,
      };
      sender.propose({ callingAe: "SECURED", user });
      expect(await sender.rejection()).toEqual(Rejections.userIdentityRefused);
      sender.socket.end();
    }
    expect(await scp.log.line("association.rejected")).toMatchObject({ code: "dicom-scp.user" });
    expect(JSON.stringify(scp.log.lines)).not.toContain("CANARY");
  });

  it("whose sender need not be a user gets no answer about the one it says it is", async () => {
    await using scp = await startScp({ allowedCallers: CALLERS });
    const sender = new RawSender(scp.port);
    const identity = saying(username, "somebody");
    const user = { maxPduLength: 0, implementationClassUid: "1.2", implementationVersionName: "", identity };
    const accepted = await sender.associate({ user });
    expect(accepted.user.identityResponse).toBeUndefined();
    sender.store(testObject(1));
    expect((await sender.response()).status).toBe(0);
    await sender.release();
  });
});

describe.runIf(hasDcmtk)(`dcmtk as a user${NEEDS_DCMTK}`, () => {
  let folder: string;
  let file: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "dicom-scp-user-"));
    file = join(folder, "one.dcm");
    writeFileSync(file, testObject(1).file);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const storeAs = (port: number, ae: string, ...identity: string[]) =>
    dcmtk("storescu", port, "-aec", "THALAMUS", "-aet", ae, ...identity, file);

  it("is served when name and passcode fit, also when it insists on an answer", async () => {
    await using scp = await startScp({ allowedCallers: CALLERS });
    const identity = ["--user", "mr7", "--password", PASSCODE];
    const output = await storeAs(scp.port, "SECURED", ...identity, "--pos-response");
    expect(output).toContain("Association Accepted");
    expect(await storeAs(scp.port, "NAMED", "--user", "Jürgen", "-rsp")).toContain("Association Accepted");
    expect(scp.log.all("association.accepted")).toHaveLength(2);
    expect(JSON.stringify(scp.log.lines)).not.toContain(PASSCODE);
  });

  it("is turned away without, or with a wrong one", async () => {
    await using scp = await startScp({ allowedCallers: CALLERS });
    await expect(storeAs(scp.port, "SECURED")).rejects.toThrow("Rejected Permanent");
    await expect(storeAs(scp.port, "SECURED", "--user", "mr7", "--password", "no")).rejects.toThrow(
      "Rejected Permanent",
    );
  });

  it("that insists on an answer goes away where nobody can tell who it is", async () => {
    await using scp = await startScp({ allowedCallers: CALLERS });
    await expect(storeAs(scp.port, "RAW", "--user", "me", "-rsp")).rejects.toThrow(/response/i);
    expect(await storeAs(scp.port, "RAW", "--user", "me")).toContain("Association Accepted");
  });
});
