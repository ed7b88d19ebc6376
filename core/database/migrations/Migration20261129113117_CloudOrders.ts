import { Migration } from "@mikro-orm/migrations";

export class Migration20261129113117_CloudOrders extends Migration {
  override name = "Migration20261129113117_CloudOrders";

  override up(): void | Promise<void> {
    this.addSql(
      `create table "cloud_agent" ("target" varchar(255) not null, "agent_id" uuid not null, "last_at" timestamptz(6) null, "last_ok" boolean null, "last_message" text null, "last_sent" jsonb null, primary key ("target"));`,
    );

    this.addSql(
      `create table "external_order" ("id" uuid not null, "target" varchar(255) not null, "remote_id" varchar(128) not null, "kind" text not null, "product" varchar(100) not null, "report_types" text[] not null, "batch" text null, "created_at" timestamptz(6) not null, "updated_at" timestamptz(6) not null, primary key ("id"));`,
    );
    this.addSql(`create index "external_order_updated_at_index" on "external_order" ("updated_at");`);
    this.addSql(
      `alter table "external_order" add constraint "external_order_target_remote_id_product_kind_unique" unique ("target", "remote_id", "product", "kind");`,
    );

    this.addSql(
      `create table "withdrawal" ("id" uuid not null, "study_id" uuid not null, "target" varchar(255) not null, "product" varchar(255) not null, "memo" jsonb not null, "created_at" timestamptz(6) not null default now(), "due_at" timestamptz(6) not null, "tries" int not null default 0, "hub_id" uuid null, primary key ("id"));`,
    );
    this.addSql(`create index "withdrawal_due_at_index" on "withdrawal" ("due_at");`);

    this.addSql(
      `alter table "step" add "memo" jsonb null, add "reference" varchar(128) null, add "round" int not null default 1, add "waiting_since" timestamptz(6) null, add "sent_at" timestamptz(6) null;`,
    );
    this.addSql(`create index "step_reference_index" on "step" ("reference");`);

    this.addSql(
      `alter table "external_order" add constraint "external_order_kind_check" check ("kind" in ('diagnostic', 'failure'));`,
    );
  }

  override down(): void | Promise<void> {
    this.addSql(`drop table if exists "cloud_agent" cascade;`);
    this.addSql(`drop table if exists "external_order" cascade;`);
    this.addSql(`drop table if exists "withdrawal" cascade;`);

    this.addSql(`drop index "step_reference_index";`);
    this.addSql(
      `alter table "step" drop column "memo", drop column "reference", drop column "round", drop column "waiting_since", drop column "sent_at";`,
    );
  }
}
