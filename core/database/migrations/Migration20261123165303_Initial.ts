import { Migration } from "@mikro-orm/migrations";

export class Migration20261123165303_Initial extends Migration {
  override name = "Migration20261123165303_Initial";

  override up(): void | Promise<void> {
    this.addSql(
      `create table "account" ("id" uuid not null, "name" varchar(255) not null, "password_hash" text not null, "role" text not null, "created_at" timestamptz(6) not null default now(), "password_changed_at" timestamptz(6) not null default now(), primary key ("id"));`,
    );
    this.addSql(`alter table "account" add constraint "account_name_unique" unique ("name");`);

    this.addSql(
      `create table "hub_process" ("id" uuid not null, "host" varchar(255) not null, "pid" int not null, "version" varchar(255) not null, "started_at" timestamptz(6) not null default now(), "ended_at" timestamptz(6) null, primary key ("id"));`,
    );

    this.addSql(
      `create table "journal" ("id" bigserial primary key, "at" timestamptz(6) not null default clock_timestamp(), "event" varchar(255) not null, "actor" varchar(255) not null default 'hub', "study_id" uuid null, "step_id" uuid null, "detail" jsonb not null default '{}');`,
    );
    this.addSql(`create index "journal_study_id_id_index" on "journal" ("study_id", "id");`);

    this.addSql(
      `create table "session" ("token_hash" char(64) not null, "account_id" uuid not null, "created_at" timestamptz(6) not null default now(), "last_seen_at" timestamptz(6) not null default now(), primary key ("token_hash"));`,
    );
    this.addSql(`create index "session_account_id_index" on "session" ("account_id");`);

    this.addSql(
      `create table "study" ("id" uuid not null, "study_instance_uid" varchar(64) not null, "revision" int not null default 1, "status" text not null default 'receiving', "status_since" timestamptz(6) not null default now(), "received_at" timestamptz(6) not null default now(), "quiet_since" timestamptz(6) not null default now(), "stable_at" timestamptz(6) null, "calling_ae" varchar(16) not null default '', "series_count" int not null default 0, "instance_count" int not null default 0, "bytes" bigint not null default '0', "modalities" text[] not null default '{}', "patient_name" text not null default '', "patient_id" text not null default '', "issuer_of_patient_id" text not null default '', "patient_birth_date" text not null default '', "patient_sex" text not null default '', "patient_age" text not null default '', "accession_number" text not null default '', "study_id" text not null default '', "study_date" text not null default '', "study_time" text not null default '', "study_description" text not null default '', "referring_physician_name" text not null default '', primary key ("id"));`,
    );
    this.addSql(
      `alter table "study" add constraint "study_study_instance_uid_unique" unique ("study_instance_uid");`,
    );
    this.addSql(`create index "study_status_quiet_since_index" on "study" ("status", "quiet_since");`);
    this.addSql(`create index "study_received_at_index" on "study" ("received_at");`);

    this.addSql(
      `create table "product_order" ("id" uuid not null, "study_id" uuid not null, "revision" int not null, "product" varchar(255) not null, "params" jsonb not null default '{}', "status" text not null default 'queued', "created_at" timestamptz(6) not null default now(), "updated_at" timestamptz(6) not null default now(), primary key ("id"));`,
    );
    this.addSql(`create index "product_order_study_id_index" on "product_order" ("study_id");`);

    this.addSql(
      `create table "result" ("id" uuid not null, "order_id" uuid not null, "kind" text not null, "product_id" varchar(255) not null, "product_version" varchar(255) not null, "indexes" jsonb not null default '[]', "warnings" jsonb not null default '[]', "error" jsonb null, "created_at" timestamptz(6) not null default now(), primary key ("id"));`,
    );
    this.addSql(`create index "result_order_id_index" on "result" ("order_id");`);

    this.addSql(
      `create table "step" ("id" uuid not null, "study_id" uuid not null, "revision" int not null, "phase" text not null, "target" varchar(255) not null, "order_id" uuid null, "result_id" uuid null, "state" text not null default 'ready', "attempt" int not null default 0, "not_before" timestamptz(6) null, "claim_token" uuid null, "hub_id" uuid null, "progress" real null, "stage" text null, "outcome" jsonb null, "created_at" timestamptz(6) not null default now(), "claimed_at" timestamptz(6) null, "settled_at" timestamptz(6) null, primary key ("id"));`,
    );
    this.addSql(`create index "step_study_id_revision_index" on "step" ("study_id", "revision");`);
    this.addSql(`create index "step_state_hub_id_index" on "step" ("state", "hub_id");`);
    this.addSql(`create index "step_order_id_index" on "step" ("order_id");`);
    this.addSql(`create index "step_result_id_index" on "step" ("result_id");`);

    this.addSql(
      `create table "artifact" ("id" bigserial primary key, "result_id" uuid not null, "name" varchar(255) not null, "media_type" varchar(255) not null, "bytes" bigint not null, "sha256" char(64) not null, "path" text not null);`,
    );
    this.addSql(
      `alter table "artifact" add constraint "artifact_result_id_name_unique" unique ("result_id", "name");`,
    );

    this.addSql(
      `create table "open_association" ("association_id" uuid not null, "study_id" uuid not null, "hub_id" uuid not null, "opened_at" timestamptz(6) not null default now(), primary key ("association_id", "study_id"));`,
    );
    this.addSql(`create index "open_association_study_id_index" on "open_association" ("study_id");`);
    this.addSql(`create index "open_association_hub_id_index" on "open_association" ("hub_id");`);

    this.addSql(
      `create table "instance" ("id" bigserial primary key, "study_id" uuid not null, "revision" int not null, "series_instance_uid" varchar(64) not null, "sop_instance_uid" varchar(64) not null, "sop_class_uid" varchar(64) not null, "transfer_syntax_uid" varchar(64) not null, "modality" varchar(16) not null default '', "sha256" char(64) not null, "bytes" bigint not null, "path" text not null, "calling_ae" varchar(16) not null, "called_ae" varchar(16) not null, "remote_address" varchar(64) not null, "received_at" timestamptz(6) not null default now());`,
    );
    this.addSql(
      `alter table "instance" add constraint "instance_study_id_sop_instance_uid_sha256_unique" unique ("study_id", "sop_instance_uid", "sha256");`,
    );

    this.addSql(
      `alter table "account" add constraint "account_role_check" check ("role" in ('admin', 'user'));`,
    );

    this.addSql(
      `alter table "session" add constraint "session_account_id_foreign" foreign key ("account_id") references "account" ("id") on delete cascade;`,
    );

    this.addSql(
      `alter table "study" add constraint "study_status_check" check ("status" in ('receiving', 'checking', 'held', 'queued', 'processing', 'processed', 'delivered', 'undelivered', 'failed', 'unknown', 'cancelled'));`,
    );

    this.addSql(
      `alter table "product_order" add constraint "product_order_study_id_foreign" foreign key ("study_id") references "study" ("id") on delete cascade;`,
    );
    this.addSql(
      `alter table "product_order" add constraint "product_order_status_check" check ("status" in ('queued', 'processing', 'processed', 'delivered', 'undelivered', 'failed', 'unknown', 'cancelled'));`,
    );

    this.addSql(
      `alter table "result" add constraint "result_order_id_foreign" foreign key ("order_id") references "product_order" ("id") on delete cascade;`,
    );
    this.addSql(
      `alter table "result" add constraint "result_kind_check" check ("kind" in ('diagnostic', 'failure'));`,
    );

    this.addSql(
      `alter table "step" add constraint "step_study_id_foreign" foreign key ("study_id") references "study" ("id") on delete cascade;`,
    );
    this.addSql(
      `alter table "step" add constraint "step_order_id_foreign" foreign key ("order_id") references "product_order" ("id") on delete cascade;`,
    );
    this.addSql(
      `alter table "step" add constraint "step_result_id_foreign" foreign key ("result_id") references "result" ("id") on delete cascade;`,
    );
    this.addSql(
      `alter table "step" add constraint "step_phase_check" check ("phase" in ('check', 'process', 'deliver'));`,
    );
    this.addSql(
      `alter table "step" add constraint "step_state_check" check ("state" in ('ready', 'claimed', 'acting', 'done', 'held', 'rejected', 'unknown', 'cancelled', 'skipped'));`,
    );

    this.addSql(
      `alter table "artifact" add constraint "artifact_result_id_foreign" foreign key ("result_id") references "result" ("id") on delete cascade;`,
    );

    this.addSql(
      `alter table "open_association" add constraint "open_association_study_id_foreign" foreign key ("study_id") references "study" ("id") on delete cascade;`,
    );

    this.addSql(
      `alter table "instance" add constraint "instance_study_id_foreign" foreign key ("study_id") references "study" ("id") on delete cascade;`,
    );
  }

  override down(): void | Promise<void> {
    this.addSql(`alter table "session" drop constraint "session_account_id_foreign";`);
    this.addSql(`alter table "product_order" drop constraint "product_order_study_id_foreign";`);
    this.addSql(`alter table "step" drop constraint "step_study_id_foreign";`);
    this.addSql(`alter table "open_association" drop constraint "open_association_study_id_foreign";`);
    this.addSql(`alter table "instance" drop constraint "instance_study_id_foreign";`);
    this.addSql(`alter table "result" drop constraint "result_order_id_foreign";`);
    this.addSql(`alter table "step" drop constraint "step_order_id_foreign";`);
    this.addSql(`alter table "step" drop constraint "step_result_id_foreign";`);
    this.addSql(`alter table "artifact" drop constraint "artifact_result_id_foreign";`);

    this.addSql(`drop table if exists "account" cascade;`);
    this.addSql(`drop table if exists "hub_process" cascade;`);
    this.addSql(`drop table if exists "journal" cascade;`);
    this.addSql(`drop table if exists "session" cascade;`);
    this.addSql(`drop table if exists "study" cascade;`);
    this.addSql(`drop table if exists "product_order" cascade;`);
    this.addSql(`drop table if exists "result" cascade;`);
    this.addSql(`drop table if exists "step" cascade;`);
    this.addSql(`drop table if exists "artifact" cascade;`);
    this.addSql(`drop table if exists "open_association" cascade;`);
    this.addSql(`drop table if exists "instance" cascade;`);
  }
}
