import { Migration } from "@mikro-orm/migrations";

export class Migration20261129111658_Clouds extends Migration {
  override name = "Migration20261129111658_Clouds";

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
      `alter table "external_order" add constraint "external_order_kind_check" check ("kind" in ('diagnostic', 'failure'));`,
    );
  }

  override down(): void | Promise<void> {
    this.addSql(`drop table if exists "cloud_agent" cascade;`);
    this.addSql(`drop table if exists "external_order" cascade;`);
  }
}
