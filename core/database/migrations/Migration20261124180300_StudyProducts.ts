import { Migration } from "@mikro-orm/migrations";

export class Migration20261124180300_StudyProducts extends Migration {
  override name = "Migration20261124180300_StudyProducts";

  override up(): void | Promise<void> {
    this.addSql(`alter table "study" add "products" text[] null;`);
  }

  override down(): void | Promise<void> {
    this.addSql(`alter table "study" drop column "products";`);
  }
}
