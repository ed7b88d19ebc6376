import { Migration } from "@mikro-orm/migrations";

export class Migration20261129012116_Deidentification extends Migration {
  override name = "Migration20261129012116_Deidentification";

  override up(): void | Promise<void> {
    this.addSql(
      `create table "manifest_link" ("number" bigint not null, "copy_id" uuid not null, "sha256" char(64) not null, "previous_sha256" char(64) null, "at" timestamptz(6) not null default now(), primary key ("number"));`,
    );
    this.addSql(
      `alter table "manifest_link" add constraint "manifest_link_copy_id_unique" unique ("copy_id");`,
    );

    this.addSql(
      `create table "patient_pseudonym" ("id" uuid not null, "patient_key" char(64) not null, "pseudonym" varchar(64) not null, "sealed" text not null, "key_id" char(16) not null, "created_at" timestamptz(6) not null default now(), primary key ("id"));`,
    );
    this.addSql(
      `alter table "patient_pseudonym" add constraint "patient_pseudonym_patient_key_unique" unique ("patient_key");`,
    );
    this.addSql(
      `alter table "patient_pseudonym" add constraint "patient_pseudonym_pseudonym_unique" unique ("pseudonym");`,
    );

    this.addSql(
      `create table "site_key" ("one" boolean not null default true, "key_id" char(16) not null, "since" timestamptz(6) not null default now(), primary key ("one"));`,
    );

    this.addSql(
      `create table "study_pseudonym" ("id" uuid not null, "study_key" char(64) not null, "study_instance_uid" varchar(64) not null, "sealed" text not null, "key_id" char(16) not null, "created_at" timestamptz(6) not null default now(), primary key ("id"));`,
    );
    this.addSql(
      `alter table "study_pseudonym" add constraint "study_pseudonym_study_key_unique" unique ("study_key");`,
    );
    this.addSql(
      `alter table "study_pseudonym" add constraint "study_pseudonym_study_instance_uid_unique" unique ("study_instance_uid");`,
    );

    this.addSql(
      `create table "deidentified_study" ("id" uuid not null, "study_id" uuid not null, "revision" int not null, "patient_id" uuid not null, "pseudonym_id" uuid not null, "folder" text not null, "bytes" bigint not null, "manifest_bytes" bigint not null, "manifest_sha256" char(64) not null, "changes" jsonb not null default '{}', "lines" jsonb not null default '[]', "created_at" timestamptz(6) not null default now(), primary key ("id"));`,
    );
    this.addSql(
      `alter table "deidentified_study" add constraint "deidentified_study_folder_unique" unique ("folder");`,
    );
    this.addSql(`create index "deidentified_study_patient_id_index" on "deidentified_study" ("patient_id");`);
    this.addSql(
      `create index "deidentified_study_pseudonym_id_index" on "deidentified_study" ("pseudonym_id");`,
    );
    this.addSql(
      `alter table "deidentified_study" add constraint "deidentified_study_study_id_revision_unique" unique ("study_id", "revision");`,
    );

    this.addSql(
      `create table "deidentified_instance" ("id" bigserial primary key, "copy_id" uuid not null, "series_instance_uid" varchar(64) not null, "sop_instance_uid" varchar(64) not null, "sop_class_uid" varchar(64) not null, "transfer_syntax_uid" varchar(64) not null, "modality" varchar(16) not null default '', "bytes" bigint not null, "sha256" char(64) not null, "path" text not null);`,
    );
    this.addSql(
      `alter table "deidentified_instance" add constraint "deidentified_instance_copy_id_sop_instance_uid_unique" unique ("copy_id", "sop_instance_uid");`,
    );

    this.addSql(`alter table "study" drop constraint "study_status_check";`);
    this.addSql(
      `alter table "study" add constraint "study_status_check" check ("status" in ('receiving', 'checking', 'deidentifying', 'held', 'queued', 'processing', 'processed', 'delivered', 'undelivered', 'failed', 'unknown', 'cancelled'));`,
    );

    this.addSql(`alter table "step" drop constraint "step_phase_check";`);
    this.addSql(`alter table "step" add "released" jsonb not null default '[]';`);
    this.addSql(
      `alter table "step" add constraint "step_phase_check" check ("phase" in ('check', 'deidentify', 'process', 'deliver'));`,
    );

    this.addSql(
      `alter table "deidentified_study" add constraint "deidentified_study_study_id_foreign" foreign key ("study_id") references "study" ("id") on delete cascade;`,
    );
    this.addSql(
      `alter table "deidentified_study" add constraint "deidentified_study_patient_id_foreign" foreign key ("patient_id") references "patient_pseudonym" ("id");`,
    );
    this.addSql(
      `alter table "deidentified_study" add constraint "deidentified_study_pseudonym_id_foreign" foreign key ("pseudonym_id") references "study_pseudonym" ("id");`,
    );

    this.addSql(
      `alter table "deidentified_instance" add constraint "deidentified_instance_copy_id_foreign" foreign key ("copy_id") references "deidentified_study" ("id") on delete cascade;`,
    );
  }

  override down(): void | Promise<void> {
    this.addSql(`alter table "deidentified_study" drop constraint "deidentified_study_patient_id_foreign";`);
    this.addSql(
      `alter table "deidentified_study" drop constraint "deidentified_study_pseudonym_id_foreign";`,
    );
    this.addSql(
      `alter table "deidentified_instance" drop constraint "deidentified_instance_copy_id_foreign";`,
    );

    this.addSql(`drop table if exists "manifest_link" cascade;`);
    this.addSql(`drop table if exists "patient_pseudonym" cascade;`);
    this.addSql(`drop table if exists "site_key" cascade;`);
    this.addSql(`drop table if exists "study_pseudonym" cascade;`);
    this.addSql(`drop table if exists "deidentified_study" cascade;`);
    this.addSql(`drop table if exists "deidentified_instance" cascade;`);

    this.addSql(`alter table "step" drop constraint "step_phase_check";`);
    this.addSql(`alter table "step" drop column "released";`);
    this.addSql(
      `alter table "step" add constraint "step_phase_check" check ("phase" in ('check', 'process', 'deliver'));`,
    );

    this.addSql(`alter table "study" drop constraint "study_status_check";`);
    this.addSql(
      `alter table "study" add constraint "study_status_check" check ("status" in ('receiving', 'checking', 'held', 'queued', 'processing', 'processed', 'delivered', 'undelivered', 'failed', 'unknown', 'cancelled'));`,
    );
  }
}
