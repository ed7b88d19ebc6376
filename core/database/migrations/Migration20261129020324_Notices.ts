import { Migration } from "@mikro-orm/migrations";

export class Migration20261129020324_Notices extends Migration {
  override name = "Migration20261129020324_Notices";

  override up(): void | Promise<void> {
    this.addSql(
      `create table "notice_target" ("name" varchar(255) not null, "events" jsonb not null, primary key ("name"));`,
    );

    this.addSql(
      `create table "notice" ("id" uuid not null, "target" varchar(255) not null, "event" varchar(255) not null, "study_id" uuid null, "detail" jsonb not null default '{}', "state" text not null default 'waiting', "code" varchar(255) null, "reason" text null, "receipt" jsonb null, "attempt" int not null default 0, "created_at" timestamptz(6) not null default now(), "due_at" timestamptz(6) not null default now(), "batch" uuid null, "claimed_at" timestamptz(6) null, "settled_at" timestamptz(6) null, primary key ("id"));`,
    );
    this.addSql(`create index "notice_target_state_due_at_index" on "notice" ("target", "state", "due_at");`);
    this.addSql(`create index "notice_study_id_index" on "notice" ("study_id");`);

    this.addSql(
      `alter table "notice" add constraint "notice_study_id_foreign" foreign key ("study_id") references "study" ("id") on delete cascade;`,
    );
    this.addSql(
      `alter table "notice" add constraint "notice_state_check" check ("state" in ('waiting', 'sending', 'sent', 'failed', 'suppressed'));`,
    );
  }

  override down(): void | Promise<void> {
    this.addSql(`drop table if exists "notice_target" cascade;`);
    this.addSql(`drop table if exists "notice" cascade;`);
  }
}
