import { Migration } from "@mikro-orm/migrations";

export class Migration20261129171413_OwnOrders extends Migration {
  override name = "Migration20261129171413_OwnOrders";

  override up(): void | Promise<void> {
    this.addSql(`alter table "study" add "ordered_by" jsonb not null default '{}';`);

    this.addSql(`alter table "product_order" add "ordered_by" uuid null;`);

    this.addSql(`create index "upload_study_ids_index" on "upload" using gin ("study_ids");`);
  }

  override down(): void | Promise<void> {
    this.addSql(`alter table "product_order" drop column "ordered_by";`);

    this.addSql(`alter table "study" drop column "ordered_by";`);

    this.addSql(`drop index "upload_study_ids_index";`);
  }
}
