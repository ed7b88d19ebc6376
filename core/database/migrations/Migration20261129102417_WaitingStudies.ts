import { Migration } from "@mikro-orm/migrations";

export class Migration20261129102417_WaitingStudies extends Migration {
  override name = "Migration20261129102417_WaitingStudies";

  override up(): void | Promise<void> {
    this.addSql(`alter table "study" drop constraint "study_status_check";`);
    this.addSql(
      `alter table "study" add constraint "study_status_check" check ("status" in ('receiving', 'checking', 'deidentifying', 'held', 'waiting', 'queued', 'processing', 'processed', 'delivered', 'undelivered', 'failed', 'unknown', 'cancelled'));`,
    );
  }

  override down(): void | Promise<void> {
    this.addSql(`alter table "study" drop constraint "study_status_check";`);
    this.addSql(
      `alter table "study" add constraint "study_status_check" check ("status" in ('receiving', 'checking', 'deidentifying', 'held', 'queued', 'processing', 'processed', 'delivered', 'undelivered', 'failed', 'unknown', 'cancelled'));`,
    );
  }
}
