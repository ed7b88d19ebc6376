import { Migration } from "@mikro-orm/migrations";

export class Migration20261129023547_NoticeHub extends Migration {
  override name = "Migration20261129023547_NoticeHub";

  override up(): void | Promise<void> {
    this.addSql(`alter table "notice" add "hub_id" uuid null;`);
  }

  override down(): void | Promise<void> {
    this.addSql(`alter table "notice" drop column "hub_id";`);
  }
}
