// Plants studies with orders, steps, results and files straight into a database, as years of work would leave them.
import pg from "pg";

export const SOURCES = 12;
export const GROUPS = 40;
/** So many days the studies are spread over; the newest came just now. */
const DAYS = 1000;
export const FAMILIES = [
  "KANARIENVOGEL",
  "NIGHTINGALE",
  "ZAUNKOENIG",
  "SPARROW",
  "TANAGER",
  "WAXWING",
] as const;

/**
 * Everything in a row follows from its number, so that every run has the same studies (but for their ids).
 * Of a hundred studies 90 are delivered, 3 failed, 2 held, 2 not delivered, 1 cancelled, 1 queued, 1 processed.
 */
const STUDIES = `
insert into study (id, study_instance_uid, status, status_since, received_at, quiet_since, stable_at, qc, calling_ae,
                   series_count, instance_count, bytes, modalities, group_id,
                   patient_name, patient_id, patient_birth_date, patient_sex, accession_number, study_date)
select gen_random_uuid(), '2.25.' || (10000000000 + n), status,
       at + interval '10 minutes', at, at, at + interval '1 minute',
       case when status in ('held', 'failed') then 'failed' when n % 50 = 7 then 'bypassed' else 'passed' end,
       'PACS' || (n % ${SOURCES}), 3 + n % 9, 40 + (n * 7919) % 2000, 5000000 + (n::bigint * 104729) % 900000000,
       case when n % 10 = 0 then '{CT,SR}'::text[] else '{MR}'::text[] end,
       case when n % 5 = 0 then (select id from study_group order by name offset n % ${GROUPS} limit 1) end,
       (array[${FAMILIES.map((name) => `'${name}'`).join()}])[1 + n % ${FAMILIES.length}] || n % 997 || '^CARLA' || n % 89,
       'PID-' || n, '19610101', 'F', 'ACC-' || (n * 3), '20260101'
  from (select n, now() - (n * interval '1 day' * ${DAYS} / $1::int) as at,
               case when n % 100 < 90 then 'delivered' when n % 100 < 93 then 'failed' when n % 100 < 95 then 'held'
                    when n % 100 < 97 then 'undelivered' when n % 100 = 97 then 'cancelled'
                    when n % 100 = 98 then 'queued' else 'processed' end as status
          from generate_series(1, $1::int) n) as row`;

const GROUPS_OF_STUDIES = `
insert into study_group (id, name, products, file_name)
select gen_random_uuid(), 'Trial ' || to_char(n, 'FM00'), '{dti-metrics}', '{group_name}' from generate_series(1, ${GROUPS}) n`;

/** Held studies have none; every tenth study has two. */
const ORDERS = `
insert into product_order (id, study_id, revision, product, status, created_at, updated_at)
select gen_random_uuid(), s.id, 1, product, case when status in ('cancelled', 'queued', 'failed', 'processed', 'undelivered')
       then status else 'delivered' end, s.received_at, s.received_at
  from study s, unnest(case when s.instance_count % 10 = 0 then '{dti-metrics,lesion-load}'::text[]
                            else '{dti-metrics}'::text[] end) as product
 where status <> 'held'`;

const RESULTS = `
insert into result (id, order_id, kind, product_id, product_version, indexes, error, created_at)
select gen_random_uuid(), o.id, case when o.status = 'failed' then 'failure' else 'diagnostic' end, o.product, '1.0.0',
       case when o.status = 'failed' then '[]'::jsonb
            else '[{"name":"wm.FA.mean","value":0.41,"unit":"1"},{"name":"wm.MD.mean","value":0.8,"unit":"um2/ms"}]'::jsonb end,
       case when o.status = 'failed' then '{"code":"product.unsuitable","message":"Too few directions."}'::jsonb end,
       o.created_at + interval '9 minutes'
  from product_order o where o.status not in ('queued', 'cancelled')`;

const ARTIFACTS = `
insert into artifact (result_id, name, media_type, bytes, sha256, path)
select r.id, name, media, 20000, repeat('a', 64), r.id || '/' || name
  from result r, (values ('report', 'application/pdf'), ('preview', 'image/png'), ('data', 'application/json')) f(name, media)`;

const CHECKS = `
insert into step (id, study_id, revision, phase, target, state, attempt, outcome, created_at, claimed_at, settled_at)
select gen_random_uuid(), s.id, 1, 'check', 'qc-dicom', case when s.status = 'held' then 'held' else 'done' end, 1,
       '{"kind":"passed","lines":[]}', received_at, received_at, received_at from study s`;

const DELIVERIES = `
insert into step (id, study_id, revision, phase, target, order_id, result_id, state, attempt, created_at, claimed_at, settled_at)
select gen_random_uuid(), o.study_id, 1, 'deliver', target, o.id, r.id,
       case when o.status = 'undelivered' and target = 'pacs-sr' then 'rejected' else 'done' end, 1,
       r.created_at, r.created_at, r.created_at
  from result r join product_order o on o.id = r.order_id, unnest('{pacs-pdf,pacs-sr}'::text[]) as target
 where o.status <> 'processed'`;

/** @param count of studies */
export async function plantStudies(databaseUrl: string, count: number): Promise<void> {
  const client = new pg.Client(databaseUrl);
  await client.connect();
  try {
    await client.query(GROUPS_OF_STUDIES);
    await client.query(STUDIES, [count]);
    for (const statement of [ORDERS, RESULTS, ARTIFACTS, CHECKS, DELIVERIES]) await client.query(statement);
    // what the server does by itself a minute later
    await client.query("vacuum (analyze) study, product_order, result, artifact, step, study_group");
  } finally {
    await client.end();
  }
}
