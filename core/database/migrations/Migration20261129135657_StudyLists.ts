import { Migration } from "@mikro-orm/migrations";

/** What the checks of the studies that are there already came to; as core/studies/qc-verdict.ts says it. */
const BACK_FILL = `
  update "study" set "qc" = checks.verdict
    from (select study_id, revision,
                 case when bool_or(state in ('held', 'rejected')) then 'failed'
                      when not bool_and(state in ('done', 'skipped')) or not bool_or(state = 'done') then 'none'
                      when bool_or(outcome -> 'bypass' <> 'null') then 'bypassed' else 'passed' end as verdict
            from step where phase = 'check' group by study_id, revision) as checks
   where checks.study_id = "study"."id" and checks.revision = "study"."revision" and checks.verdict <> 'none';`;

export class Migration20261129135657_StudyLists extends Migration {
  override name = "Migration20261129135657_StudyLists";

  override up(): void | Promise<void> {
    this.addSql(`drop index "study_received_at_index";`);
    this.addSql(`alter table "study" add "qc" text not null default 'none';`);
    this.addSql(BACK_FILL);
    this.addSql(
      `create index "study_list_index" on "study" ("received_at", "id") include ("status", "qc", "calling_ae", "group_id", "format", "modalities");`,
    );
    this.addSql(`create index "study_status_since_id_index" on "study" ("status_since", "id");`);
    this.addSql(`create index "study_calling_ae_index" on "study" ("calling_ae");`);
    this.addSql(
      `create index "study_patient_words_index" on "study" using gin ((array_to_tsvector(array_remove(regexp_split_to_array(lower(left("patient_name", 200) || ' ' || left("patient_id", 200) || ' ' || left("accession_number", 200) || ' ' || left("study_name", 200) || ' ' || left("study_id", 200)), '[^[:alnum:]]+'), '')))) where "status" <> 'receiving';`,
    );
    this.addSql(
      `alter table "study" add constraint "study_qc_check" check ("qc" in ('none', 'passed', 'failed', 'bypassed'));`,
    );

    this.addSql(
      `create index "product_order_product_study_id_index" on "product_order" ("product", "study_id");`,
    );

    this.addSql(
      `create index "result_list_index" on "result" ("created_at", "id") include ("kind", "product_id", "order_id");`,
    );
  }

  override down(): void | Promise<void> {
    this.addSql(`drop index "product_order_product_study_id_index";`);

    this.addSql(`drop index "result_list_index";`);

    this.addSql(`drop index "study_list_index";`);
    this.addSql(`drop index "study_status_since_id_index";`);
    this.addSql(`drop index "study_calling_ae_index";`);
    this.addSql(`drop index "study_patient_words_index";`);
    this.addSql(`alter table "study" drop constraint "study_qc_check";`);
    this.addSql(`alter table "study" drop column "qc";`);
    this.addSql(`create index "study_received_at_index" on "study" ("received_at");`);
  }
}
