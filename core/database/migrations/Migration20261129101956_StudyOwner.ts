import { Migration } from "@mikro-orm/migrations";

export class Migration20261129101956_StudyOwner extends Migration {
  override name = "Migration20261129101956_StudyOwner";

  override up(): void | Promise<void> {
    this.addSql(`alter table "study" drop constraint "study_study_instance_uid_part_unique";`);
    this.addSql(`alter table "study" add "owner" varchar(36) not null default '';`);
    this.addSql(
      `alter table "study" add constraint "study_study_instance_uid_owner_part_unique" unique ("study_instance_uid", "owner", "part");`,
    );
  }

  override down(): void | Promise<void> {
    this.addSql(`alter table "study" drop constraint "study_study_instance_uid_owner_part_unique";`);
    this.addSql(`alter table "study" drop column "owner";`);
    this.addSql(
      `alter table "study" add constraint "study_study_instance_uid_part_unique" unique ("study_instance_uid", "part");`,
    );
  }
}
