import { Migration } from "@mikro-orm/migrations";

export class Migration20261129023830_Groups extends Migration {
  override name = "Migration20261129023830_Groups";

  override up(): void | Promise<void> {
    this.addSql(
      `create table "study_group" ("id" uuid not null, "name" varchar(100) not null, "products" text[] not null, "auto_assign" boolean not null default false, "delivery" varchar(64) null, "send_on_completion" boolean not null default true, "schedule" varchar(200) null, "next_run_at" timestamptz(6) null, "file_name" varchar(200) not null, "identify_by" text not null default 'hub-id', "completed_with" text[] not null default '{}', "completed_at" timestamptz(6) null, "created_at" timestamptz(6) not null default now(), "created_by" varchar(255) not null default '', primary key ("id"));`,
    );
    this.addSql(`alter table "study_group" add constraint "study_group_name_unique" unique ("name");`);
    this.addSql(
      `create unique index "study_group_one_auto_assign" on "study_group" ("auto_assign") where "auto_assign";`,
    );

    this.addSql(
      `create table "group_report" ("id" uuid not null, "group_id" uuid not null, "created_at" timestamptz(6) not null default now(), "reason" text not null, "identify_by" text not null, "study_ids" text[] not null, "rows" int not null, "file_name" varchar(255) not null, "path" text not null, "bytes" bigint not null, "sha256" char(64) not null, "state" text not null default 'kept', "target" varchar(64) null, "attempt" int not null default 0, "due_at" timestamptz(6) not null default now(), "hub_id" uuid null, "claim_token" uuid null, "acting" boolean not null default false, "receipt" jsonb null, "code" varchar(255) null, "message" text null, "settled_at" timestamptz(6) null, primary key ("id"));`,
    );
    this.addSql(
      `create index "group_report_group_id_created_at_index" on "group_report" ("group_id", "created_at");`,
    );
    this.addSql(`create index "group_report_state_target_index" on "group_report" ("state", "target");`);

    this.addSql(`alter table "study" add "group_id" uuid null;`);
    this.addSql(
      `alter table "study" add constraint "study_group_id_foreign" foreign key ("group_id") references "study_group" ("id") on delete set null;`,
    );
    this.addSql(`create index "study_group_id_index" on "study" ("group_id");`);

    this.addSql(
      `alter table "upload" add "group_id" uuid null, add "study_archives" boolean not null default false;`,
    );

    this.addSql(
      `alter table "study_group" add constraint "study_group_identify_by_check" check ("identify_by" in ('hub-id', 'study-name', 'accession', 'patient-id'));`,
    );

    this.addSql(
      `alter table "group_report" add constraint "group_report_group_id_foreign" foreign key ("group_id") references "study_group" ("id") on delete cascade;`,
    );
    this.addSql(
      `alter table "group_report" add constraint "group_report_reason_check" check ("reason" in ('completed', 'scheduled', 'asked-for'));`,
    );
    this.addSql(
      `alter table "group_report" add constraint "group_report_identify_by_check" check ("identify_by" in ('hub-id', 'study-name', 'accession', 'patient-id'));`,
    );
    this.addSql(
      `alter table "group_report" add constraint "group_report_state_check" check ("state" in ('kept', 'ready', 'sending', 'sent', 'failed', 'unknown'));`,
    );
  }

  override down(): void | Promise<void> {
    this.addSql(`alter table "study" drop constraint "study_group_id_foreign";`);
    this.addSql(`alter table "group_report" drop constraint "group_report_group_id_foreign";`);

    this.addSql(`drop table if exists "study_group" cascade;`);
    this.addSql(`drop table if exists "group_report" cascade;`);

    this.addSql(`drop index "study_group_id_index";`);
    this.addSql(`alter table "study" drop column "group_id";`);

    this.addSql(`alter table "upload" drop column "group_id", drop column "study_archives";`);
  }
}
