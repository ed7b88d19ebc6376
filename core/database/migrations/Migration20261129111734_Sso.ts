import { Migration } from "@mikro-orm/migrations";

export class Migration20261129111734_Sso extends Migration {
  override name = "Migration20261129111734_Sso";

  override up(): void | Promise<void> {
    this.addSql(
      `create table "idp_metadata" ("url" varchar(500) not null, "xml" text not null, "fetched_at" timestamptz(6) not null default now(), primary key ("url"));`,
    );
  }

  override down(): void | Promise<void> {
    this.addSql(`drop table if exists "idp_metadata" cascade;`);
  }
}
