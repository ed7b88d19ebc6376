import { Migration } from "@mikro-orm/migrations";

export class Migration20261128221240_Uploads extends Migration {
  override name = "Migration20261128221240_Uploads";

  override up(): void | Promise<void> {
    this.addSql(
      `create table "upload" ("id" uuid not null, "state" text not null default 'created', "account_id" uuid not null, "remote_address" varchar(64) not null default '', "created_at" timestamptz(6) not null default now(), "updated_at" timestamptz(6) not null default now(), "finished_at" timestamptz(6) null, "bytes" bigint null, "received_bytes" bigint not null default '0', "expected_sha256" char(64) null, "sha256" char(64) null, "hub_id" uuid null, "format" text null, "products" text[] not null default '{}', "counts" jsonb not null default '{}', "unpacked_bytes" bigint not null default '0', "problems" jsonb not null default '[]', "code" varchar(255) null, "message" text null, "study_ids" text[] not null default '{}', "study_name" text not null default '', "accession_number" text not null default '', "patient_age" text not null default '', "patient_sex" text not null default '', primary key ("id"));`,
    );
    this.addSql(`create index "upload_state_updated_at_index" on "upload" ("state", "updated_at");`);
    this.addSql(`create index "upload_created_at_index" on "upload" ("created_at");`);

    this.addSql(
      `alter table "study" add "format" text not null default 'dicom', add "values_from" jsonb not null default '{}', add "study_name" text not null default '';`,
    );
    this.addSql(
      `alter table "study" add constraint "study_format_check" check ("format" in ('dicom', 'nifti'));`,
    );

    this.addSql(
      `alter table "upload" add constraint "upload_account_id_foreign" foreign key ("account_id") references "account" ("id") on delete cascade;`,
    );
    this.addSql(
      `alter table "upload" add constraint "upload_state_check" check ("state" in ('created', 'receiving', 'unpacking', 'done', 'failed', 'cancelled'));`,
    );
    this.addSql(
      `alter table "upload" add constraint "upload_format_check" check ("format" in ('dicom', 'nifti'));`,
    );
  }

  override down(): void | Promise<void> {
    this.addSql(`drop table if exists "upload" cascade;`);

    this.addSql(`alter table "study" drop constraint "study_format_check";`);
    this.addSql(
      `alter table "study" drop column "format", drop column "values_from", drop column "study_name";`,
    );
  }
}
