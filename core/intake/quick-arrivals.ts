// The way nearly every instance goes: one statement that locks, inserts and counts a whole batch, and commits.

import type { Accepted } from "@thalamus/sdk";
import pg from "pg";
import { CHANGE_CHANNEL, type Change } from "../observe/changes.ts";
import type { HubLog } from "../observe/log.ts";
import { arrivalRow } from "./arrival-row.ts";
import type { Arrival } from "./group-commit.ts";
import type { StudyProducts } from "./study-products.ts";

/** Screens hear of a growing study at most this often. */
const ANNOUNCE_MS = 250;
/** How many studies and associations are remembered; forgetting one costs a little work, nothing else. */
const REMEMBERED = 5000;

/**
 * Takes arrivals of studies that are there and still receiving, whose SOP instance UID is new. What it leaves
 * (a new study, a late instance, a duplicate, other content) has no row in the answer and goes the long way;
 * so does what joins a study of late instances, since it has to be compared with all parts of it.
 * In READ COMMITTED the lock on the study comes first, so that no other hub can make it stable in between.
 */
const STATEMENT = `
with asked as materialized (
  select * from jsonb_to_recordset($1::jsonb) as r(
    study_instance_uid text, series_instance_uid text, sop_instance_uid text, sop_class_uid text,
    transfer_syntax_uid text, modality text, sha256 text, bytes bigint, path text,
    calling_ae text, called_ae text, remote_address text, tls_identity text)),
locked as materialized (
  select id, study_instance_uid, revision from study
   where study_instance_uid in (select study_instance_uid from asked) and part = 1
     and status = 'receiving' and stable_at is null
   order by study_instance_uid for update),
fresh as (
  insert into instance (study_id, revision, series_instance_uid, sop_instance_uid, sop_class_uid,
    transfer_syntax_uid, modality, sha256, bytes, path, calling_ae, called_ae, remote_address, tls_identity)
  select l.id, l.revision, a.series_instance_uid, a.sop_instance_uid, a.sop_class_uid,
    a.transfer_syntax_uid, a.modality, a.sha256, a.bytes, a.path, a.calling_ae, a.called_ae, a.remote_address,
    a.tls_identity
    from asked a join locked l using (study_instance_uid)
   where not exists (select 1 from instance i where i.study_id = l.id and i.sop_instance_uid = a.sop_instance_uid)
  on conflict do nothing
  returning study_id, sop_instance_uid, bytes, modality),
grown as (
  update study s set quiet_since = now(), instance_count = s.instance_count + g.n, bytes = s.bytes + g.b,
    modalities = case when s.modalities @> g.m then s.modalities
      else (select array_agg(distinct x) from unnest(s.modalities || g.m) x) end
    from (select study_id, count(*) n, sum(bytes) b, array_agg(distinct modality)::text[] m from fresh group by 1) g
   where s.id = g.study_id
  returning s.id, s.instance_count, s.revision),
opened as (
  insert into open_association (association_id, study_id, hub_id)
  select distinct o.association_id, l.id, $3::uuid
    from jsonb_to_recordset($2::jsonb) as o(association_id uuid, study_instance_uid text)
    join locked l using (study_instance_uid)
  on conflict do nothing)
select f.study_id, f.sop_instance_uid, g.instance_count, g.revision
  from fresh f join grown g on g.id = f.study_id`;

interface TakenRow {
  readonly study_id: string;
  readonly sop_instance_uid: string;
  readonly instance_count: number;
  readonly revision: number;
}

export interface QuickParts {
  readonly databaseUrl: string;
  readonly hubId: string;
  /** Whether a commit is on the disk before it is answered. */
  readonly durable: boolean;
  readonly log: HubLog;
  /** Leaves out arrivals that choose products their study does not have yet. */
  readonly products: Pick<StudyProducts, "isSettled">;
}

export class QuickArrivals {
  readonly #parts: QuickParts;
  readonly #opened = new Set<string>();
  readonly #announced = new Map<string, number>();
  #client: pg.Client | undefined;

  constructor(parts: QuickParts) {
    this.#parts = parts;
  }

  /**
   * Writes what it can of a batch.
   * @returns an answer for each arrival, or undefined where the long way has to be gone
   */
  async take(batch: readonly Arrival[]): Promise<(Accepted | undefined)[]> {
    const chosen = firstOfEachInstance(batch.filter((arrival) => this.#parts.products.isSettled(arrival)));
    const client = await this.#connected();
    const pairs = [...chosen].filter((arrival) => !this.#opened.has(pairOf(arrival)));
    const values = [
      JSON.stringify(
        [...chosen].map((arrival) => {
          return { study_instance_uid: arrival.header.studyInstanceUid, ...arrivalRow(arrival) };
        }),
      ),
      JSON.stringify(
        pairs.map(({ association, header }) => {
          return { association_id: association.id, study_instance_uid: header.studyInstanceUid };
        }),
      ),
      this.#parts.hubId,
    ];
    let rows: TakenRow[];
    try {
      ({ rows } = await client.query<TakenRow>({ name: "quick-arrivals", text: STATEMENT, values }));
    } catch (error) {
      // the connection may be gone; whether the batch was committed is found out on the long way
      this.#parts.log.warn("intake.long-way", { error: (error as Error).name, instances: batch.length });
      this.#client = undefined;
      // while the database was away this hub may have been taken for dead, and its associations for ended
      this.#opened.clear();
      void client.end().catch(() => undefined);
      throw error;
    }
    const taken = new Map(rows.map((row) => [row.sop_instance_uid, row]));
    for (const row of rows) this.#announce(client, row);
    const answers = batch.map((arrival): Accepted | undefined => {
      const row = chosen.has(arrival) ? taken.get(arrival.header.sopInstanceUid) : undefined;
      if (row) this.#remember(arrival);
      return row && { outcome: "stored", studyId: row.study_id };
    });
    return answers;
  }

  async close(): Promise<void> {
    await this.#client?.end();
    this.#client = undefined;
  }

  async #connected(): Promise<pg.Client> {
    if (this.#client) return this.#client;
    const client = new pg.Client({ connectionString: this.#parts.databaseUrl, keepAlive: true });
    client.on("error", () => {
      this.#parts.log.warn("intake.connection-lost");
      if (this.#client === client) this.#client = undefined;
    });
    await client.connect();
    if (!this.#parts.durable) await client.query("set synchronous_commit to off");
    this.#client = client;
    return client;
  }

  #remember(arrival: Arrival): void {
    if (this.#opened.size > REMEMBERED) this.#opened.clear();
    this.#opened.add(pairOf(arrival));
  }

  #announce(client: pg.Client, row: TakenRow): void {
    const last = this.#announced.get(row.study_id) ?? 0;
    if (Date.now() - last < ANNOUNCE_MS) return;
    if (this.#announced.size > REMEMBERED) this.#announced.clear();
    this.#announced.set(row.study_id, Date.now());
    const { study_id: id, instance_count: instanceCount, revision } = row;
    const change: Change = {
      resource: "study",
      id,
      kind: "updated",
      studyId: id,
      patch: { status: "receiving", instanceCount, revision },
    };
    // a hint for screens, after the fact: the answer to the sender does not wait for it
    void client
      .query("select pg_notify($1, $2)", [CHANGE_CHANNEL, JSON.stringify(change)])
      .catch(() => undefined);
  }
}

const pairOf = ({ association, header }: Arrival): string => `${association.id} ${header.studyInstanceUid}`;

/** The same SOP instance twice in one batch: the second one has to be compared with the first. */
function firstOfEachInstance(batch: readonly Arrival[]): Set<Arrival> {
  const seen = new Set<string>();
  return new Set(
    batch.filter(({ header }) => {
      const known = seen.has(header.sopInstanceUid);
      seen.add(header.sopInstanceUid);
      return !known;
    }),
  );
}
