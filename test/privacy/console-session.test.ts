// A session in the console as people have them, about a patient: afterwards nothing of the patient is where it may not be.
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CHROMIUM } from "../console/console-browser.ts";
import { smallFile } from "../support/small-dicom.ts";
import { ConsoleWalk, type Role } from "./console-walk.ts";
import { type Evidence, traces } from "./planted-patient.ts";
import { CONTROL, PATIENT, PlantedSite } from "./planted-site.ts";
import { WatchedBrowser } from "./watched-browser.ts";

const WHY_NOT = existsSync(CHROMIUM) ? "" : ` (skipped: there is no ${CHROMIUM})`;

/** Where the values of a patient are, and nowhere else. */
const KEPT_IN = "study table";
/** Everywhere the search has to find the control. */
const PLACES = [
  ...["address", "history", "title", "storage", "local storage", "session storage", "indexed db", "cookie"],
  ...["cache storage", "console", "request header", "response header", "profile on the disk"],
  ...["log", "file name", "journal", "notice", "study table", "another table"],
  ...["export studies.csv", "export result", "export results.zip", "export group report", "export settings"],
  ...["export log as text", "export log as CSV", "export log as JSON", "export log as ZIP"],
  ...["export audit as CSV", "export audit as JSON", "export support bundle"],
];
/** In these there is nothing but ids, times and words of the hub: somebody put there would have to be made up. */
const WITHOUT_NAMES = ["export qc report", "export log of nothing", "export receipts"];

describe.skipIf(WHY_NOT !== "")(`a session about a patient${WHY_NOT}`, () => {
  const folder = mkdtempSync(join(tmpdir(), "thalamus-walk-"));
  const evidence: Evidence[] = [];
  let site: PlantedSite;

  beforeAll(async () => {
    site = await PlantedSite.open();
  });
  afterAll(async () => {
    await site?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** As a person keeps it: named after the patient. */
  function studyFolder(role: Role): string {
    const path = join(folder, role, `${PATIENT.family} ${PATIENT.given} ${PATIENT.id}`);
    mkdirSync(path, { recursive: true });
    const identity = {
      SpecificCharacterSet: "ISO_IR 192",
      ...{ PatientName: `${PATIENT.family}^${PATIENT.given}`, PatientID: PATIENT.id },
    };
    for (const number of [1, 2])
      writeFileSync(
        join(path, `${PATIENT.family}-${number}.dcm`),
        smallFile(`walk ${role}`, number, identity),
      );
    writeFileSync(join(path, `Brief an ${PATIENT.given}.txt`), "no image");
    return path;
  }

  async function session(role: Role): Promise<void> {
    const who = await WatchedBrowser.open(`http://127.0.0.1:${site.hub.http.port}`);
    try {
      await new ConsoleWalk(who, site, role).all(studyFolder(role));
    } finally {
      await who.close();
      evidence.push(...who.evidence);
    }
  }

  test("X-057 an admin and a user work on a patient's studies, each with all that a patient is typed or shown in", async () => {
    await Promise.all([session("admin"), session("user")]);
  });

  test("X-057 leaves the patient in no address, title, storage, log, journal, notice, export or file name", async () => {
    evidence.push(...(await site.evidence()));
    const [ofPatient = [], ofControl = []] = traces([PATIENT, CONTROL], evidence);
    expect(ofPatient.filter(({ place }) => place !== KEPT_IN)).toEqual([]);
    // that is where it is, whole
    expect(ofPatient).toHaveLength(5);
    // somebody else was put into each of the places, and the same search finds them there
    const found = new Set(ofControl.map(({ place }) => place));
    expect([...found].toSorted()).toEqual(PLACES.toSorted());
    const places = new Set(evidence.map(({ place }) => place));
    expect([...places].filter((place) => !found.has(place)).toSorted()).toEqual(WITHOUT_NAMES.toSorted());
  });
});
