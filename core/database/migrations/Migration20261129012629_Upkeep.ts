import { Migration } from "@mikro-orm/migrations";

export class Migration20261129012629_Upkeep extends Migration {
  override name = "Migration20261129012629_Upkeep";

  override up(): void | Promise<void> {
    this.addSql(
      `create table "chore" ("name" varchar(64) not null, "schedule" varchar(200) not null, "next_run_at" timestamptz(6) not null, "hub_id" uuid null, "started_at" timestamptz(6) null, "ended_at" timestamptz(6) null, "last_end" jsonb null, primary key ("name"));`,
    );

    this.addSql(
      `create table "purge" ("id" uuid not null, "study_id" uuid not null, "at" timestamptz(6) not null default now(), primary key ("id"));`,
    );
  }

  override down(): void | Promise<void> {
    this.addSql(`drop table if exists "chore" cascade;`);
    this.addSql(`drop table if exists "purge" cascade;`);
  }
}
