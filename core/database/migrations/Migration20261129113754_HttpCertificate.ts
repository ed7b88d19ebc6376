import { Migration } from "@mikro-orm/migrations";

export class Migration20261129113754_HttpCertificate extends Migration {
  override name = "Migration20261129113754_HttpCertificate";

  override up(): void | Promise<void> {
    this.addSql(
      `create table "http_certificate" ("id" uuid not null, "state" text not null, "certificate" text not null, "sealed_key" text not null, "fingerprint" varchar(100) not null, "uploaded_by" varchar(255) not null, "created_at" timestamptz(6) not null default now(), "trial_ends_at" timestamptz(6) null, primary key ("id"));`,
    );

    this.addSql(
      `alter table "http_certificate" add constraint "http_certificate_state_check" check ("state" in ('trial', 'current', 'replaced', 'rolled-back'));`,
    );
  }

  override down(): void | Promise<void> {
    this.addSql(`drop table if exists "http_certificate" cascade;`);
  }
}
