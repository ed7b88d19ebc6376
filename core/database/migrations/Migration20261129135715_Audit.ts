import { Migration } from "@mikro-orm/migrations";

export class Migration20261129135715_Audit extends Migration {
  override name = "Migration20261129135715_Audit";

  override up(): void | Promise<void> {
    this.addSql(`alter table "journal" add "address" varchar(255) null;`);
    this.addSql(`create index "journal_at_index" on "journal" ("at");`);
    this.addSql(`create index "journal_people_index" on "journal" ("id") where actor <> 'hub';`);
    this.addSql(`create index "journal_actor_index" on "journal" ("actor", "id") where actor <> 'hub';`);
  }

  override down(): void | Promise<void> {
    this.addSql(`drop index "journal_at_index";`);
    this.addSql(`drop index "journal_people_index";`);
    this.addSql(`drop index "journal_actor_index";`);
    this.addSql(`alter table "journal" drop column "address";`);
  }
}
