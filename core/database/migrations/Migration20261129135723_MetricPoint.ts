import { Migration } from "@mikro-orm/migrations";

export class Migration20261129135723_MetricPoint extends Migration {
  override name = "Migration20261129135723_MetricPoint";

  override up(): void | Promise<void> {
    this.addSql(
      `create table "metric_point" ("host" varchar(255) not null, "span" text not null, "at" timestamptz(0) not null, "cpu" real null, "memory" real null, "swap" real null, "disk" real null, "disk_free_bytes" bigint not null, "queue" int not null, primary key ("host", "span", "at"));`,
    );

    this.addSql(
      `alter table "metric_point" add constraint "metric_point_span_check" check ("span" in ('minute', 'quarter-hour'));`,
    );
  }

  override down(): void | Promise<void> {
    this.addSql(`drop table if exists "metric_point" cascade;`);
  }
}
