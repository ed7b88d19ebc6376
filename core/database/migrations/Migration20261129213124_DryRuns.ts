import { Migration } from "@mikro-orm/migrations";

export class Migration20261129213124_DryRuns extends Migration {
  override name = "Migration20261129213124_DryRuns";

  override up(): void | Promise<void> {
    this.addSql(
      `create table "dry_run" ("id" uuid not null, "hub_id" uuid not null, "plugin" varchar(100) not null, "state" text not null, "started_at" timestamptz(6) not null, "ended_at" timestamptz(6) null, "total" int not null, "done" int not null, "unreadable" int not null, "checks" jsonb not null, "studies" jsonb not null, "cancel_wanted" boolean not null default false, primary key ("id"));`,
    );

    this.addSql(
      `alter table "dry_run" add constraint "dry_run_state_check" check ("state" in ('running', 'done', 'cancelled', 'failed'));`,
    );
  }

  override down(): void | Promise<void> {
    this.addSql(`drop table if exists "dry_run" cascade;`);
  }
}
