import { Migration } from "@mikro-orm/migrations";

export class Migration20261129104027_Settings extends Migration {
  override name = "Migration20261129104027_Settings";

  override up(): void | Promise<void> {
    this.addSql(
      `create table "settings_version" ("number" serial primary key, "document" jsonb not null, "origin" text not null, "made_by" varchar(255) not null, "made_at" timestamptz(6) not null default now(), "comment" text null, "file_hash" varchar(64) null, "changes" jsonb not null, "proven_at" timestamptz(6) null, "problem" text null);`,
    );

    this.addSql(
      `alter table "settings_version" add constraint "settings_version_origin_check" check ("origin" in ('file', 'console', 'import', 'restore'));`,
    );
  }

  override down(): void | Promise<void> {
    this.addSql(`drop table if exists "settings_version" cascade;`);
  }
}
