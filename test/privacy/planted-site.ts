// A hub with studies of a planted patient, and with somebody else whose values stand wherever values may be looked for.
import { randomUUID } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { MikroORM } from "@mikro-orm/postgresql";
import { hashPassword } from "../../core/access/password.ts";
import { connect } from "../../core/database/database.ts";
import { Account } from "../../core/database/entities/account.ts";
import { JournalEntry } from "../../core/database/entities/journal-entry.ts";
import { Notice } from "../../core/database/entities/notice.ts";
import { Study } from "../../core/database/entities/study.ts";
import type { Hub } from "../../core/hub.ts";
import { openLog } from "../../core/observe/log.ts";
import { type Planted, plantEverything } from "../console/planted-line.ts";
import { plantOrder, plantResult, plantStudy } from "../console/planted-studies.ts";
import { tinyPdf } from "../console/tiny-files.ts";
import { ApiClient } from "../support/api-client.ts";
import { sendSmall } from "../support/group-site.ts";
import { DICOM_LISTENER, hubInProcess, newSite, type TestSite } from "../support/hub-in-test.ts";
import { studyWhere } from "../support/study-watch.ts";
import { wholeLine } from "../support/whole-line.ts";
import type { Evidence, PlantedPatient } from "./planted-patient.ts";

export const PATIENT: PlantedPatient = {
  ...{ family: "Kanarienvögel", given: "Quendoline" },
  ...{ id: "CANARY-4711", accession: "ACC-CANARY-0815", birthDate: "19610724" },
};
/** Nobody's patient: stands in the places on purpose, so that the search has to find something there. */
export const CONTROL: PlantedPatient = {
  ...{ family: "Lockvögler", given: "Hartmuthilde" },
  ...{ id: "DECOY-1138", accession: "ACC-DECOY-2001", birthDate: "19520317" },
};
export const CONTROL_GROUP = "Lockvoegler";
/** An account that is named after the control. */
export const USER = { name: "hartmuthilde", password: "Made-for-this-test-1" } as const;

/** Tables that the issue is about; the others count together. */
const PLACES: Readonly<Record<string, string>> = {
  study: "study table",
  journal: "journal",
  notice: "notice",
};
const NAME = `${PATIENT.family}^${PATIENT.given}`;
/** Nobody listens there. */
const NOBODY = 1;
/** Nobody sends so many images: every study is held. */
const ownProfile = {
  ...{ name: "many-images", version: "1.0", title: "Many images" },
  images: { min: 9999, otherwise: "fail" },
};
const notify = {
  ...{ host: "127.0.0.1", port: NOBODY, security: "none", from: "a@example.org", to: "b@example.org" },
  events: ["study.received", "study.qc-failed"],
};

export class PlantedSite {
  readonly hub: Hub;
  readonly planted: Planted;
  /** Came over DICOM and is held. */
  readonly sent: string;
  /** A result whose files name the control. */
  control = "";
  readonly #site: TestSite;
  readonly #orm: MikroORM;

  private constructor(site: TestSite, hub: Hub, orm: MikroORM, planted: Planted, sent: string) {
    this.#site = site;
    this.hub = hub;
    this.#orm = orm;
    this.planted = planted;
    this.sent = sent;
  }

  static async open(): Promise<PlantedSite> {
    const { plugins = [], route } = wholeLine({ pacsPort: NOBODY });
    const check = { use: "qc-dicom", settings: { ownProfile } };
    const site = await newSite({
      name: `Hub ${CONTROL.family}`,
      plugins: [
        DICOM_LISTENER,
        ...plugins.slice(1),
        check,
        { use: "notify", name: "desk", settings: notify },
      ],
      route: { ...route, check: ["qc-dicom"] },
      log: { level: "debug" },
    });
    const hub = await hubInProcess(site);
    const orm = await connect(site.databaseUrl);
    const planted = await orm.em.fork().transactional(async (em) => {
      const made = await plantEverything(em, join(site.folder, "data/files/results"));
      const { id: patientId, accession: accessionNumber, birthDate: patientBirthDate } = PATIENT;
      await em.nativeUpdate(Study, {}, { patientName: NAME, patientId, accessionNumber, patientBirthDate });
      const passwordHash = await hashPassword(USER.password);
      em.create(Account, { id: randomUUID(), name: USER.name, passwordHash, role: "user" });
      return made;
    });
    const api = await ApiClient.signedIn(hub.http.port);
    const values = {
      ...{ SpecificCharacterSet: "ISO_IR 192", PatientName: NAME, PatientID: PATIENT.id },
      ...{ AccessionNumber: PATIENT.accession, PatientBirthDate: PATIENT.birthDate },
      StudyDescription: `Head of ${NAME}`,
    };
    const { port } = hub.listeners.get("dicom-scp")!;
    const sent = await sendSmall(api, port, `of ${PATIENT.id}`, values);
    await studyWhere(api, sent, ({ status }) => status === "held");
    const opened = new PlantedSite(site, hub, orm, planted, sent);
    await opened.#plantControl();
    return opened;
  }

  /** Puts the control into everything of the hub that the search looks at or that an export takes from. */
  async #plantControl(): Promise<void> {
    const { family, id } = CONTROL;
    const pdf = tinyPdf(`Of ${CONTROL_GROUP}`);
    await this.#orm.em.fork().transactional(async (em) => {
      const study = plantStudy(em, "delivered", 1, { callingAe: id, patientName: "A^B" });
      const order = plantOrder(em, study, "delivered");
      const files = { report: ["application/pdf", "pdf", pdf], data: jsonOf(family) } as const;
      const result = plantResult(em, order, join(this.#site.folder, "data/files/results"), { files });
      this.control = result.id;
      em.create(JournalEntry, { event: "test.control", actor: family, studyId: study.id });
      const facts = {
        target: "desk",
        event: "study.received",
        study,
        reason: family,
        state: "failed",
      } as const;
      em.create(Notice, { id: randomUUID(), ...facts });
    });
    const log = openLog({ level: "debug", folder: this.#logs, terminal: false });
    log.named("test").info("test.control", { words: `${CONTROL.given} ${family}` });
    log.flush();
    writeFileSync(join(this.#site.folder, "data", `${family}.txt`), "");
  }

  get #logs(): string {
    return join(this.#site.folder, "data/logs");
  }

  /** What the hub has written: lines, names of files, and every row of every table. */
  async evidence(): Promise<Evidence[]> {
    const logs = readdirSync(this.#logs).map((name) => readFileSync(join(this.#logs, name)));
    const names = readdirSync(join(this.#site.folder, "data"), { recursive: true }).join("\n");
    const em = this.#orm.em.fork();
    const tables = await em.execute<{ name: string }[]>(
      "select tablename as name from pg_tables where schemaname = 'public'",
    );
    const rows: Evidence[] = [];
    for (const { name } of tables) {
      const found = await em.execute<{ row: string }[]>(`select t::text as row from "${name}" t`);
      rows.push({ place: PLACES[name] ?? "another table", content: found.map(({ row }) => row).join("\n") });
    }
    return [
      ...logs.map((content) => ({ place: "log", content })),
      { place: "file name", content: names },
      ...rows,
    ];
  }

  async close(): Promise<void> {
    await this.#orm.close();
    await this.hub.stop();
    this.#site.remove();
  }
}

const jsonOf = (name: string) => ["application/json", "json", Buffer.from(JSON.stringify({ name }))] as const;
