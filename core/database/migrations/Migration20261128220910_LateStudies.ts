import { Migration } from "@mikro-orm/migrations";

export class Migration20261128220910_LateStudies extends Migration {
  override name = "Migration20261128220910_LateStudies";

  override up(): void | Promise<void> {
    this.addSql(`alter table "study" drop constraint "study_study_instance_uid_unique";`);
    this.addSql(`alter table "study" add "part" int not null default 1, add "late_of" uuid null;`);
    this.addSql(`create index "study_late_of_index" on "study" ("late_of");`);
    this.addSql(
      `alter table "study" add constraint "study_study_instance_uid_part_unique" unique ("study_instance_uid", "part");`,
    );
  }

  override down(): void | Promise<void> {
    this.addSql(`drop index "study_late_of_index";`);
    this.addSql(`alter table "study" drop constraint "study_study_instance_uid_part_unique";`);
    this.addSql(`alter table "study" drop column "part", drop column "late_of";`);
    this.addSql(
      `alter table "study" add constraint "study_study_instance_uid_unique" unique ("study_instance_uid");`,
    );
  }
}
