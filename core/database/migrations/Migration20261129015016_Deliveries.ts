import { Migration } from "@mikro-orm/migrations";

export class Migration20261129015016_Deliveries extends Migration {
  override name = "Migration20261129015016_Deliveries";

  override up(): void | Promise<void> {
    this.addSql(
      `create table "lane" ("target" varchar(64) not null, "suspended_at" timestamptz(6) not null default now(), "suspended_by" varchar(255) not null, "reason" text not null default '', primary key ("target"));`,
    );

    this.addSql(
      `create table "receipt" ("id" bigserial primary key, "at" timestamptz(6) not null default clock_timestamp(), "study_id" uuid not null, "order_id" uuid not null, "result_id" uuid not null, "step_id" uuid not null, "target" varchar(255) not null, "attempt" int not null, "outcome" text not null, "sha256" char(64) null, "code" varchar(255) null, "answer" jsonb not null default '{}');`,
    );
    this.addSql(`create index "receipt_result_id_id_index" on "receipt" ("result_id", "id");`);
    this.addSql(`create index "receipt_at_index" on "receipt" ("at");`);

    this.addSql(
      `alter table "receipt" add constraint "receipt_outcome_check" check ("outcome" in ('delivered', 'failed', 'retried', 'unknown', 'skipped'));`,
    );
  }

  override down(): void | Promise<void> {
    this.addSql(`drop table if exists "lane" cascade;`);
    this.addSql(`drop table if exists "receipt" cascade;`);
  }
}
