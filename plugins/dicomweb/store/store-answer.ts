// The answer to a store request: the Store Instances Response Module (PS3.18 annex I) and its HTTP status.
import type { IncomingObject } from "@thalamus/sdk";
import { failureReason, isPassing } from "./failure-reason.ts";
import type { PartVerdict } from "./incoming-part.ts";

type Stored = Extract<PartVerdict, { kind: "stored" }>;
type Failed = Extract<PartVerdict, { kind: "failed" }>;

const value = (vr: string, ...values: readonly unknown[]) => ({ vr, Value: values });
const url = (text: string) => value("UR", text);

/** SOP Instance Reference Macro (PS3.3 table 10-11). */
const reference = ({ sopClassUid, sopInstanceUid }: IncomingObject) => ({
  "00081150": value("UI", sopClassUid),
  "00081155": value("UI", sopInstanceUid),
});

/**
 * @param baseUrl address of the service
 * @returns the module in the DICOM JSON model
 */
export function storeResponse(verdicts: readonly PartVerdict[], baseUrl: string): object {
  const stored = verdicts.filter((verdict): verdict is Stored => verdict.kind === "stored");
  const failed = verdicts.filter((verdict): verdict is Failed => verdict.kind === "failed");
  const named = failed.filter(({ object }) => object !== undefined);
  const unnamed = failed.filter(({ object }) => object === undefined);
  const studies = new Set(stored.map(({ studyInstanceUid }) => studyInstanceUid));
  const [only] = studies;
  const reason = ({ code }: Failed) => ({ "00081197": value("US", failureReason(code)) });
  return {
    // RetrieveURL (0008,1190) is of one study, so of several it has no value
    "00081190": studies.size === 1 ? url(`${baseUrl}/studies/${only}`) : { vr: "UR" },
    ...(named.length > 0
      ? { "00081198": value("SQ", ...named.map((one) => ({ ...reference(one.object!), ...reason(one) }))) }
      : {}),
    ...(stored.length > 0
      ? { "00081199": value("SQ", ...stored.map((one) => storedItem(one, baseUrl))) }
      : {}),
    // OtherFailuresSequence (0008,119A): those of which not even the SOP instance is known
    ...(unnamed.length > 0 ? { "0008119A": value("SQ", ...unnamed.map(reason)) } : {}),
  };
}

function storedItem({ object, studyInstanceUid, seriesInstanceUid }: Stored, baseUrl: string): object {
  const address = `studies/${studyInstanceUid}/series/${seriesInstanceUid}/instances/${object.sopInstanceUid}`;
  return { ...reference(object), "00081190": url(`${baseUrl}/${address}`) };
}

/** PS3.18 table 10.5.3-1: all, some, none; and none because the hub has no room now, which is worth another try. */
export function storeStatus(verdicts: readonly PartVerdict[]): 200 | 202 | 409 | 503 {
  const failed = verdicts.filter((verdict): verdict is Failed => verdict.kind === "failed");
  if (failed.length === 0) return 200;
  if (failed.length < verdicts.length) return 202;
  return failed.every(({ code }) => isPassing(code)) ? 503 : 409;
}
