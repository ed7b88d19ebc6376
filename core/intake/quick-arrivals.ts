// The way nearly every instance goes: one statement that locks and inserts for a whole batch, and commits.

import pg from "pg";
import type { HubLog } from "../observe/log.ts";
import { arrivalRow } from "./arrival-row.ts";
import type { Arrival, Recorded } from "./group-commit.ts";
import { ownerOf, studyKeyOf } from "./study-key.ts";
import type { StudyProducts } from "./study-products.ts";

/** How many studies and associations are remembered; forgetting one costs a little work, nothing else. */
const REMEMBERED = 5000;

/**
 * Takes arrivals of studies that are there and still receiving, whose SOP instance UID is new. What it leaves
 * (a new study, a late instance, a duplicate, other content) has no row in the answer and goes the long way;
 * so does what joins a study of late instances, since it has to be compared with all parts of it.
 * In READ COMMITTED the lock on the study comes first, so that no other hub can make it stable in between; it is
 * shared, so that two hubs may record the same study at once. Other content under one UID that two hubs take within the
 * same millisecond is kept twice, as always, but not journalled.
 */
const INSERT = `
with asked as materialized (
  select * from jsonb_to_recordset($1::jsonb) as r(
    study_instance_uid text, owner text, series_instance_uid text, sop_instance_uid text, sop_class_uid text,
    transfer_syntax_uid text, modality text, sha256 text, bytes bigint, path text,
    calling_ae text, called_ae text, remote_address text, tls_identity text)),
locked as materialized (
  select id, study_instance_uid, owner, revision from study
   where (study_instance_uid, owner) in (select study_instance_uid, owner from asked) and part = 1
     and status = 'receiving' and stable_at is null
   order by study_instance_uid, owner for share),
fresh as (
  insert into instance (study_id, revision, hub_id, series_instance_uid, sop_instance_uid, sop_class_uid,
    transfer_syntax_uid, modality, sha256, bytes, path, calling_ae, called_ae, remote_address, tls_identity)
  select l.id, l.revision, $2::uuid, a.series_instance_uid, a.sop_instance_uid, a.sop_class_uid,
    a.transfer_syntax_uid, a.modality, a.sha256, a.bytes, a.path, a.calling_ae, a.called_ae, a.remote_address,
    a.tls_identity
    from asked a join locked l using (study_instance_uid, owner)
   where not exists (select 1 from instance i where i.study_id = l.id and i.sop_instance_uid = a.sop_instance_uid)
  on conflict do nothing
  returning id, study_id, sop_instance_uid)`;

/** Nearly always: what comes belongs to an association that is known to be open. */
const STATEMENT = `${INSERT} select id, study_id, sop_instance_uid from fresh`;

/** The same for a batch of one, which an association that sends alone makes of each object: a third of the work. */
const STATEMENT_OF_ONE = `
insert into instance (study_id, revision, hub_id, series_instance_uid, sop_instance_uid, sop_class_uid,
  transfer_syntax_uid, modality, sha256, bytes, path, calling_ae, called_ae, remote_address, tls_identity)
select s.id, s.revision, $2::uuid, $3, $4::varchar, $5, $6, $7, $8, $9::bigint, $10, $11, $12, $13, $14
  from study s
 where s.study_instance_uid = $1 and s.owner = $15 and s.part = 1 and s.status = 'receiving' and s.stable_at is null
   and not exists (select 1 from instance i where i.study_id = s.id and i.sop_instance_uid = $4::varchar)
   for share of s
on conflict do nothing
returning id, study_id, sop_instance_uid`;

/** The first objects of an association hold its studies open, too. */
const STATEMENT_THAT_OPENS = `${INSERT},
opened as (
  insert into open_association (association_id, study_id, hub_id)
  select distinct o.association_id, l.id, $2::uuid
    from jsonb_to_recordset($3::jsonb) as o(association_id uuid, study_instance_uid text, owner text)
    join locked l using (study_instance_uid, owner)
  on conflict do nothing)
select id, study_id, sop_instance_uid from fresh`;

interface TakenRow {
  readonly id: string;
  readonly study_id: string;
  readonly sop_instance_uid: string;
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
  #client: pg.Client | undefined;

  constructor(parts: QuickParts) {
    this.#parts = parts;
  }

  /**
   * Writes what it can of a batch.
   * @returns an answer for each arrival, or undefined where the long way has to be gone
   */
  async take(batch: readonly Arrival[]): Promise<(Recorded | undefined)[]> {
    const chosen = firstOfEachInstance(batch.filter((arrival) => this.#parts.products.isSettled(arrival)));
    const client = await this.#connected();
    let rows: TakenRow[];
    try {
      ({ rows } = await client.query<TakenRow>(this.#queryFor(chosen)));
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
    return batch.map((arrival): Recorded | undefined => {
      const row = chosen.has(arrival) ? taken.get(arrival.header.sopInstanceUid) : undefined;
      if (row) this.#remember(arrival);
      return row && { outcome: "stored", studyId: row.study_id, row: Number(row.id) };
    });
  }

  #queryFor(chosen: ReadonlySet<Arrival>): pg.QueryConfig {
    const { hubId } = this.#parts;
    const arrivals: object[] = [];
    const pairs: object[] = [];
    for (const arrival of chosen) {
      const { association, header } = arrival;
      const study = { study_instance_uid: header.studyInstanceUid, owner: ownerOf(arrival) };
      arrivals.push({ ...study, ...arrivalRow(arrival) });
      if (this.#opened.has(pairOf(arrival))) continue;
      pairs.push({ association_id: association.id, ...study });
    }
    if (arrivals.length === 1 && pairs.length === 0) return this.#queryForOne([...chosen][0]!);
    const values = [JSON.stringify(arrivals), hubId];
    if (pairs.length === 0) return { name: "quick-arrivals", text: STATEMENT, values };
    values.push(JSON.stringify(pairs));
    return { name: "quick-arrivals-that-open", text: STATEMENT_THAT_OPENS, values };
  }

  #queryForOne(arrival: Arrival): pg.QueryConfig {
    const row = arrivalRow(arrival);
    const values = [
      ...[arrival.header.studyInstanceUid, this.#parts.hubId, row.series_instance_uid, row.sop_instance_uid],
      ...[row.sop_class_uid, row.transfer_syntax_uid, row.modality, row.sha256, row.bytes, row.path],
      ...[row.calling_ae, row.called_ae, row.remote_address, row.tls_identity, ownerOf(arrival)],
    ];
    return { name: "quick-arrivals-of-one", text: STATEMENT_OF_ONE, values };
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
    // statements are planned once, perhaps while the tables are empty; all they look up has an index
    await client.query("set enable_seqscan to off");
    if (!this.#parts.durable) await client.query("set synchronous_commit to off");
    this.#client = client;
    return client;
  }

  #remember(arrival: Arrival): void {
    if (this.#opened.size > REMEMBERED) this.#opened.clear();
    this.#opened.add(pairOf(arrival));
  }
}

const pairOf = (arrival: Arrival): string => `${arrival.association.id} ${studyKeyOf(arrival)}`;

/** The same SOP instance twice in one batch: the second one has to be compared with the first, or is another owner's. */
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
