import { Migration } from "@mikro-orm/migrations";

export class Migration20261128222528_UnflushedRows extends Migration {
  override name = "Migration20261128222528_UnflushedRows";

  override up(): void | Promise<void> {
    this.addSql(`alter table "hub_process" add "flushed_row" bigint not null default '0';`);

    this.addSql(`alter table "instance" add "hub_id" uuid null;`);
  }

  override down(): void | Promise<void> {
    this.addSql(`alter table "hub_process" drop column "flushed_row";`);

    this.addSql(`alter table "instance" drop column "hub_id";`);
  }
}
