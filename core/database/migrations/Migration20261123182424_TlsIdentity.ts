import { Migration } from "@mikro-orm/migrations";

export class Migration20261123182424_TlsIdentity extends Migration {
  override name = "Migration20261123182424_TlsIdentity";

  override up(): void | Promise<void> {
    this.addSql(`alter table "instance" add "tls_identity" text not null default '';`);
  }

  override down(): void | Promise<void> {
    this.addSql(`alter table "instance" drop column "tls_identity";`);
  }
}
