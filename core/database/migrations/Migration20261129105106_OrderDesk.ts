import { Migration } from "@mikro-orm/migrations";

export class Migration20261129105106_OrderDesk extends Migration {
  override name = "Migration20261129105106_OrderDesk";

  override up(): void | Promise<void> {
    this.addSql(
      `create table "cloud_order" ("id" uuid not null, "organisation_id" uuid not null, "member_id" uuid not null, "key_id" uuid not null, "generation" int not null, "status" text not null default 'PENDING', "products" text[] not null, "hub_products" text[] not null, "idempotency_key" varchar(200) null, "group_id" uuid null, "files_state" text not null default 'awaited', "files_at" timestamptz(6) null, "hub_id" uuid null, "emptied" boolean not null default false, "study_id" uuid null, "code" varchar(255) null, "message" text null, "report" jsonb not null default '[]', "created_at" timestamptz(6) not null default now(), "updated_at" timestamptz(6) not null default clock_timestamp(), "listed" boolean not null default false, "heard_at" timestamptz(6) not null default now(), "expires_at" timestamptz(6) not null, "study_uid" varchar(64) null, "sent_uid" varchar(64) null, "patient_pseudonym" varchar(64) null, "study_name" varchar(50) null, "metadata" jsonb not null default '{}', primary key ("id"));`,
    );
    this.addSql(
      `create index "cloud_order_organisation_id_updated_at_id_index" on "cloud_order" ("organisation_id", "updated_at", "id");`,
    );
    this.addSql(
      `create index "cloud_order_status_expires_at_index" on "cloud_order" ("status", "expires_at");`,
    );
    this.addSql(`create index "cloud_order_files_state_index" on "cloud_order" ("files_state");`);
    this.addSql(
      `create index "cloud_order_unlisted" on "cloud_order" ("organisation_id") where not "listed";`,
    );
    this.addSql(
      `create index "cloud_order_to_empty" on "cloud_order" ("id") where not "emptied" and ("files_state" = 'refused' or "status" = 'EXPIRED');`,
    );
    this.addSql(
      `create unique index "cloud_order_study_name" on "cloud_order" ("organisation_id", "study_name") where "study_name" is not null and "status" not in ('CANCELLED', 'EXPIRED');`,
    );
    this.addSql(
      `create index "cloud_order_study_uid" on "cloud_order" ("organisation_id", (coalesce("sent_uid", "study_uid")));`,
    );
    this.addSql(
      `alter table "cloud_order" add constraint "cloud_order_member_id_idempotency_key_unique" unique ("member_id", "idempotency_key");`,
    );

    this.addSql(
      `create table "cloud_upload" ("id" uuid not null, "order_id" uuid not null, "archive" int not null default 0, "state" text not null default 'open', "bytes" bigint null, "sha256" char(64) null, "single" boolean not null default false, "part_bytes" bigint not null, "storage" text not null, "object_key" text null, "multipart_id" text null, "checked" boolean not null default false, "parts" jsonb not null default '[]', "created_at" timestamptz(6) not null default now(), "completed_at" timestamptz(6) null, "cleared" boolean not null default false, primary key ("id"));`,
    );
    this.addSql(`create index "cloud_upload_order_id_index" on "cloud_upload" ("order_id");`);
    this.addSql(`create index "cloud_upload_cleared_state_index" on "cloud_upload" ("cleared", "state");`);

    this.addSql(
      `create table "cloud_part" ("upload_id" uuid not null, "number" int not null, "named" char(64) null, "etag" varchar(255) null, "bytes" bigint not null default '0', "file" varchar(255) null, "received_at" timestamptz(6) null, primary key ("upload_id", "number"));`,
    );

    this.addSql(`alter table "study_group" drop constraint "study_group_name_unique";`);
    this.addSql(`alter table "study_group" add "owner" varchar(36) not null default '';`);
    this.addSql(
      `alter table "study_group" add constraint "study_group_owner_name_unique" unique ("owner", "name");`,
    );

    this.addSql(
      `alter table "cloud_order" add constraint "cloud_order_group_id_foreign" foreign key ("group_id") references "study_group" ("id") on delete set null;`,
    );
    this.addSql(
      `alter table "cloud_order" add constraint "cloud_order_status_check" check ("status" in ('PENDING', 'DX_STARTED', 'DELIVERED', 'FAILED', 'CANCELLED', 'EXPIRED'));`,
    );
    this.addSql(
      `alter table "cloud_order" add constraint "cloud_order_files_state_check" check ("files_state" in ('awaited', 'complete', 'taken', 'refused'));`,
    );

    this.addSql(
      `alter table "cloud_upload" add constraint "cloud_upload_order_id_foreign" foreign key ("order_id") references "cloud_order" ("id") on delete cascade;`,
    );
    this.addSql(
      `alter table "cloud_upload" add constraint "cloud_upload_state_check" check ("state" in ('open', 'complete', 'aborted'));`,
    );
    this.addSql(
      `alter table "cloud_upload" add constraint "cloud_upload_storage_check" check ("storage" in ('local', 's3'));`,
    );

    this.addSql(
      `alter table "cloud_part" add constraint "cloud_part_upload_id_foreign" foreign key ("upload_id") references "cloud_upload" ("id") on delete cascade;`,
    );
  }

  override down(): void | Promise<void> {
    this.addSql(`alter table "cloud_upload" drop constraint "cloud_upload_order_id_foreign";`);
    this.addSql(`alter table "cloud_part" drop constraint "cloud_part_upload_id_foreign";`);

    this.addSql(`drop table if exists "cloud_order" cascade;`);
    this.addSql(`drop table if exists "cloud_upload" cascade;`);
    this.addSql(`drop table if exists "cloud_part" cascade;`);

    this.addSql(`alter table "study_group" drop constraint "study_group_owner_name_unique";`);
    this.addSql(`alter table "study_group" drop column "owner";`);
    this.addSql(`alter table "study_group" add constraint "study_group_name_unique" unique ("name");`);
  }
}
