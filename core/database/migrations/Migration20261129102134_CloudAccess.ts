import { Migration } from "@mikro-orm/migrations";

export class Migration20261129102134_CloudAccess extends Migration {
  override name = "Migration20261129102134_CloudAccess";

  override up(): void | Promise<void> {
    this.addSql(
      `create table "organisation" ("id" uuid not null, "name" varchar(100) not null, "order_days" int not null default 30, "suspended_at" timestamptz(6) null, "created_at" timestamptz(6) not null default now(), "created_by" varchar(255) not null default '', primary key ("id"));`,
    );
    this.addSql(`alter table "organisation" add constraint "organisation_name_unique" unique ("name");`);

    this.addSql(
      `create table "entitlement" ("id" uuid not null, "organisation_id" uuid not null, "product" varchar(100) not null, "aliases" text[] not null default '{}', "created_at" timestamptz(6) not null default now(), primary key ("id"));`,
    );
    this.addSql(
      `alter table "entitlement" add constraint "entitlement_organisation_id_product_unique" unique ("organisation_id", "product");`,
    );

    this.addSql(
      `create table "cloud_member" ("id" uuid not null, "organisation_id" uuid not null, "name" varchar(100) not null, "email" varchar(254) null, "role" text not null default 'user', "suspended_at" timestamptz(6) null, "created_at" timestamptz(6) not null default now(), primary key ("id"));`,
    );
    this.addSql(
      `alter table "cloud_member" add constraint "cloud_member_organisation_id_name_unique" unique ("organisation_id", "name");`,
    );

    this.addSql(
      `create table "cloud_key" ("id" uuid not null, "member_id" uuid not null, "name" varchar(100) not null, "secret_hash" char(64) not null, "prefix" varchar(16) not null, "scopes" text[] not null, "is_admin" boolean not null default false, "quota" int null, "used" int not null default 0, "expires_at" timestamptz(6) null, "revoked_at" timestamptz(6) null, "last_used_at" timestamptz(6) null, "created_at" timestamptz(6) not null default now(), "created_by" varchar(255) not null default '', primary key ("id"));`,
    );
    this.addSql(
      `alter table "cloud_key" add constraint "cloud_key_secret_hash_unique" unique ("secret_hash");`,
    );
    this.addSql(`create index "cloud_key_member_id_index" on "cloud_key" ("member_id");`);

    this.addSql(
      `create table "key_use" ("order_id" uuid not null, "product" varchar(100) not null, "key_id" uuid not null, "at" timestamptz(6) not null default now(), primary key ("order_id", "product"));`,
    );
    this.addSql(`create index "key_use_key_id_at_index" on "key_use" ("key_id", "at");`);

    this.addSql(
      `create table "agent" ("id" uuid not null, "organisation_id" uuid not null, "agent_id" uuid not null, "name" varchar(100) not null default '', "heartbeat" jsonb not null, "received_at" timestamptz(6) not null, "silent_at" timestamptz(6) not null, "first_seen_at" timestamptz(6) not null default now(), primary key ("id"));`,
    );
    this.addSql(
      `alter table "agent" add constraint "agent_organisation_id_agent_id_unique" unique ("organisation_id", "agent_id");`,
    );

    this.addSql(
      `alter table "entitlement" add constraint "entitlement_organisation_id_foreign" foreign key ("organisation_id") references "organisation" ("id") on delete cascade;`,
    );

    this.addSql(
      `alter table "cloud_member" add constraint "cloud_member_organisation_id_foreign" foreign key ("organisation_id") references "organisation" ("id") on delete cascade;`,
    );
    this.addSql(
      `alter table "cloud_member" add constraint "cloud_member_role_check" check ("role" in ('user', 'admin'));`,
    );

    this.addSql(
      `alter table "cloud_key" add constraint "cloud_key_member_id_foreign" foreign key ("member_id") references "cloud_member" ("id") on delete cascade;`,
    );
    this.addSql(
      `alter table "cloud_key" add constraint "cloud_key_quota_check" check (quota is null or used <= quota);`,
    );

    this.addSql(
      `alter table "key_use" add constraint "key_use_key_id_foreign" foreign key ("key_id") references "cloud_key" ("id");`,
    );

    this.addSql(
      `alter table "agent" add constraint "agent_organisation_id_foreign" foreign key ("organisation_id") references "organisation" ("id") on delete cascade;`,
    );
  }

  override down(): void | Promise<void> {
    this.addSql(`alter table "entitlement" drop constraint "entitlement_organisation_id_foreign";`);
    this.addSql(`alter table "cloud_member" drop constraint "cloud_member_organisation_id_foreign";`);
    this.addSql(`alter table "agent" drop constraint "agent_organisation_id_foreign";`);
    this.addSql(`alter table "cloud_key" drop constraint "cloud_key_member_id_foreign";`);
    this.addSql(`alter table "key_use" drop constraint "key_use_key_id_foreign";`);

    this.addSql(`drop table if exists "organisation" cascade;`);
    this.addSql(`drop table if exists "entitlement" cascade;`);
    this.addSql(`drop table if exists "cloud_member" cascade;`);
    this.addSql(`drop table if exists "cloud_key" cascade;`);
    this.addSql(`drop table if exists "key_use" cascade;`);
    this.addSql(`drop table if exists "agent" cascade;`);
  }
}
