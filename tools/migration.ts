// Writes a migration for what the entities changed: `npm run migration -- Name`.
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect, migrate } from "../core/database/database.ts";
import { startEmbeddedPostgres } from "../core/database/embedded-postgres.ts";

const folder = mkdtempSync(join(tmpdir(), "thalamus-migration-"));
chmodSync(folder, 0o755);
const server = await startEmbeddedPostgres(join(folder, "postgres"), { throwaway: true });
const orm = await connect(server.url);
await migrate(orm);
const { fileName } = await orm.migrator.create(undefined, false, false, process.argv[2]);
process.stdout.write(`${fileName || "no change"}\n`);
await orm.close();
await server.stop();
rmSync(folder, { recursive: true, force: true });
