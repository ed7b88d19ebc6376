// The support bundle: what somebody who helps needs to know of this hub, without a patient and without a secret.
import { Readable } from "node:stream";
import type { MikroORM } from "@mikro-orm/postgresql";
import { stringify } from "yaml";
import type { HubConfig } from "../config/hub-config.ts";
import { ZipArchive } from "../files/zip-archive.ts";
import { journal } from "../observe/journal.ts";
import type { TroubleLine } from "../observe/recent-trouble.ts";
import type { PluginRegistry } from "../plugins/plugin-registry.ts";
import type { SystemSight } from "../system/system-sight.ts";
import { databaseCounts } from "./database-counts.ts";
import { scrubbedLogs } from "./scrubbed-logs.ts";
import { Scrubber } from "./scrubber.ts";
import { shownConfiguration } from "./shown-configuration.ts";

export interface BundleParts {
  readonly orm: MikroORM;
  readonly logFolder: string;
  readonly registry: PluginRegistry;
  readonly config: () => HubConfig;
  readonly sight: () => Promise<SystemSight>;
  readonly trouble: () => readonly TroubleLine[];
  /** Secrets that stand in no setting, such as a password in the address of the database. */
  readonly secrets: readonly string[];
  readonly flushLog: () => void;
}

interface BundleFile {
  readonly name: string;
  readonly content: string | AsyncIterable<string>;
}

/** Of log files, before they are packed. */
const MOST_LOG_BYTES = 20_000_000;
/** Values of older studies have long left the log. */
const MOST_STUDIES = 20_000;

const README = `This file was made by a Thalamus hub for whoever helps its site.

about.json          version and runtime of the hub
configuration.yaml  the configuration in use; secrets are left out
health.json         services, machine, listeners, certificates, queues, plugins
errors.json         the last warnings and errors of the running hub
counts.json         how many rows there are, by state; sizes of tables
logs/               the end of the log files

It holds no images, no values of patients and no secrets. The log holds none to begin with; here it went through a
filter once more: fields that are named like secrets, texts in the form of names, dates of birth, UIDs, mail addresses
and tokens, and every value of a patient that is in the database are replaced by words in brackets. Look through it
before you pass it on.
`;

export class SupportBundle {
  readonly #parts: BundleParts;

  constructor(parts: BundleParts) {
    this.#parts = parts;
  }

  /** Journals who asked; the archive is packed while it is read. */
  async make(actor: string): Promise<Readable> {
    await journal(this.#parts.orm.em.fork(), { event: "support-bundle.made", actor });
    const zip = new ZipArchive();
    for await (const { name, content } of this.#files()) {
      if (typeof content === "string") zip.addText(name, content);
      else zip.addFile(name, {}, () => Readable.from(content, { objectMode: false }));
    }
    return zip.end();
  }

  async *#files(): AsyncGenerator<BundleFile> {
    const { orm, logFolder, registry, config, sight, trouble, flushLog } = this.#parts;
    const shown = shownConfiguration(config(), registry);
    const secrets = [...shown.secrets, ...this.#parts.secrets];
    const scrubber = new Scrubber({ patients: await patientValues(orm), secrets });
    const json = (name: string, value: unknown): BundleFile => {
      return { name, content: `${JSON.stringify(scrubber.value(value), null, 2)}\n` };
    };
    yield { name: "README.txt", content: README };
    const { hub, ...health } = await sight();
    yield json("about.json", { ...hub, platform: process.platform, arch: process.arch, madeAt: new Date() });
    const configuration = scrubber.value(shown.configuration);
    yield { name: "configuration.yaml", content: stringify(configuration) };
    yield json("health.json", health);
    yield json("errors.json", trouble());
    yield json("counts.json", await databaseCounts(orm));
    flushLog();
    yield* scrubbedLogs(logFolder, scrubber, MOST_LOG_BYTES);
  }
}

/** What the filter looks for beside forms: it never leaves this process. */
async function patientValues(orm: MikroORM): Promise<string[]> {
  const rows = await orm.em.fork().execute<Record<string, string>[]>(
    `select study_instance_uid, study_name, patient_name, patient_id, issuer_of_patient_id, patient_birth_date,
            accession_number, study_id, referring_physician_name
       from study order by received_at desc limit ?`,
    [MOST_STUDIES],
  );
  return [...new Set(rows.flatMap((row) => Object.values(row)))].filter((value) => value !== "");
}
