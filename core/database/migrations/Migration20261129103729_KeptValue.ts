import { Migration } from "@mikro-orm/migrations";

export class Migration20261129103729_KeptValue extends Migration {
  override name = "Migration20261129103729_KeptValue";

  override up(): void | Promise<void> {
    this.addSql(
      `create table "kept_value" ("name_hash" char(64) not null, "plugin" varchar(100) not null, "sealed" text not null, "created_at" timestamptz(6) not null default now(), "expires_at" timestamptz(6) null, primary key ("name_hash"));`,
    );
    this.addSql(`create index "kept_value_expires_at_index" on "kept_value" ("expires_at");`);
  }

  override down(): void | Promise<void> {
    this.addSql(`drop table if exists "kept_value" cascade;`);
  }
}
