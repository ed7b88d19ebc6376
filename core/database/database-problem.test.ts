// What a person reads when a real server refuses the hub.
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { freshDatabase } from "../../test/support/fresh-database.ts";
import { openDatabase } from "./database.ts";
import { DatabaseProblem } from "./database-problem.ts";

const USER = "guest_of_problems";
const PASSWORD = "guests-word-81";
let admin: pg.Client;
let url: URL;

beforeAll(async () => {
  url = new URL(await freshDatabase());
  admin = new pg.Client(url.href);
  await admin.connect();
  await admin.query(`create role ${USER} login password '${PASSWORD}'`);
});
afterAll(async () => {
  await admin.query(`drop role ${USER}`);
  await admin.end();
});

async function problemOf(change: (url: URL) => void): Promise<DatabaseProblem> {
  const changed = new URL(url);
  change(changed);
  const problem = await openDatabase(changed.href, "/nowhere").then(
    (database) => database.close(),
    (error) => error,
  );
  expect(problem).toBeInstanceOf(DatabaseProblem);
  expect((problem as Error).message).not.toContain(PASSWORD);
  return problem as DatabaseProblem;
}

const asGuest = (at: URL): void => {
  at.username = USER;
  at.password = PASSWORD;
};

test("a server that is not there is named", async () => {
  const { code, message } = await problemOf((at) => {
    at.host = "127.0.0.1:1";
  });
  expect(code).toBe("database.unreachable");
  expect(message).toContain("127.0.0.1:1 (ECONNREFUSED)");
});

test("a user who is not let in is named, and the password is not", async () => {
  const { code, message } = await problemOf((at) => {
    asGuest(at);
    at.username = "nobody_known_here";
  });
  expect(code).toBe("database.not-admitted");
  expect(message).toContain("does not let nobody_known_here in");
});

test("a database that is not there and cannot be made is named", async () => {
  const { code, message } = await problemOf((at) => {
    asGuest(at);
    at.pathname = "/not_there";
  });
  expect(code).toBe("database.missing");
  expect(message).toContain("has no database not_there");
});

test("a user who may make no tables is told to be made the owner", async () => {
  const { code, message } = await problemOf(asGuest);
  expect(code).toBe("database.no-right");
  expect(message).toContain(`make it the owner of the database`);
});
