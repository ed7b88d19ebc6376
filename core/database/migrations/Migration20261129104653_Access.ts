import { Migration } from "@mikro-orm/migrations";

export class Migration20261129104653_Access extends Migration {
  override name = "Migration20261129104653_Access";

  override up(): void | Promise<void> {
    this.addSql(
      `create table "api_key" ("id" uuid not null, "name" varchar(100) not null, "account_id" uuid not null, "key_hash" char(64) not null, "hint" varchar(16) not null, "scopes" text[] not null, "created_at" timestamptz(6) not null default now(), "expires_at" timestamptz(6) null, "last_used_at" timestamptz(6) null, "revoked_at" timestamptz(6) null, primary key ("id"));`,
    );
    this.addSql(`alter table "api_key" add constraint "api_key_key_hash_unique" unique ("key_hash");`);

    this.addSql(
      `create table "sign_in_attempt" ("subject" char(64) not null, "failures" int not null, "since" timestamptz(6) not null default now(), "last_at" timestamptz(6) not null default now(), "locked_until" timestamptz(6) null, primary key ("subject"));`,
    );

    this.addSql(
      `create table "site_role" ("name" varchar(63) not null, "title" varchar(255) not null, "permissions" text[] not null, "created_at" timestamptz(6) not null default now(), primary key ("name"));`,
    );

    this.addSql(
      `create table "sso_request" ("id" varchar(200) not null, "kind" text not null, "browser" char(64) not null, "sealed" text null, "created_at" timestamptz(6) not null default now(), "expires_at" timestamptz(6) not null, primary key ("id"));`,
    );

    this.addSql(
      `create table "used_assertion" ("hash" char(64) not null, "expires_at" timestamptz(6) not null, primary key ("hash"));`,
    );

    this.addSql(`alter table "account" drop constraint "account_role_check";`);
    this.addSql(
      `alter table "account" add "source" text not null default 'local', add "subject" text null, add "last_sign_in_at" timestamptz(6) null, add "disabled_at" timestamptz(6) null;`,
    );
    this.addSql(`alter table "account" alter column "password_hash" drop not null;`);
    this.addSql(`alter table "account" alter column "role" type varchar(255) using ("role"::varchar(255));`);
    this.addSql(
      `alter table "account" add constraint "account_source_subject_unique" unique ("source", "subject");`,
    );
    this.addSql(
      `alter table "account" add constraint "account_source_check" check ("source" in ('local', 'saml', 'oidc'));`,
    );

    this.addSql(
      `alter table "session" add "id" uuid not null default gen_random_uuid(), add "door" text not null default 'password', add "settings_print" varchar(64) null, add "remote_address" varchar(64) not null default '', add "device" varchar(200) not null default '', add "name_id" text null, add "name_id_format" text null, add "session_index" text null, add "id_token" text null;`,
    );
    this.addSql(`alter table "session" add constraint "session_id_unique" unique ("id");`);
    this.addSql(`create index "session_name_id_index" on "session" ("name_id");`);
    this.addSql(
      `alter table "session" add constraint "session_door_check" check ("door" in ('password', 'break-glass', 'saml', 'oidc'));`,
    );

    this.addSql(
      `alter table "api_key" add constraint "api_key_account_id_foreign" foreign key ("account_id") references "account" ("id") on delete cascade;`,
    );

    this.addSql(
      `alter table "sso_request" add constraint "sso_request_kind_check" check ("kind" in ('saml', 'saml-logout', 'oidc', 'ticket'));`,
    );
  }

  override down(): void | Promise<void> {
    this.addSql(`drop table if exists "api_key" cascade;`);
    this.addSql(`drop table if exists "sign_in_attempt" cascade;`);
    this.addSql(`drop table if exists "site_role" cascade;`);
    this.addSql(`drop table if exists "sso_request" cascade;`);
    this.addSql(`drop table if exists "used_assertion" cascade;`);

    this.addSql(`alter table "account" drop constraint "account_source_subject_unique";`);
    this.addSql(`alter table "account" drop constraint "account_source_check";`);
    this.addSql(
      `alter table "account" drop column "source", drop column "subject", drop column "last_sign_in_at", drop column "disabled_at";`,
    );
    this.addSql(`alter table "account" alter column "password_hash" set not null;`);
    this.addSql(`alter table "account" alter column "role" type text using ("role"::text);`);
    this.addSql(
      `alter table "account" add constraint "account_role_check" check ("role" in ('admin', 'user'));`,
    );

    this.addSql(`alter table "session" drop constraint "session_id_unique";`);
    this.addSql(`drop index "session_name_id_index";`);
    this.addSql(`alter table "session" drop constraint "session_door_check";`);
    this.addSql(
      `alter table "session" drop column "id", drop column "door", drop column "settings_print", drop column "remote_address", drop column "device", drop column "name_id", drop column "name_id_format", drop column "session_index", drop column "id_token";`,
    );
  }
}
