// Why a database server cannot be used at the start, for whoever has to mend it.

/** The server, its accounts or its rights are the reason, not the hub. */
export class DatabaseProblem extends Error {
  override readonly name = "DatabaseProblem";
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** Of the network, and SQLSTATE 57P03 (cannot_connect_now) of a server that is starting or stopping. */
const SILENT =
  /^(ECONNREFUSED|ECONNRESET|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT|ENOENT|57P03)$/;
/** SQLSTATE class 28: invalid authorization specification. */
const NOT_ADMITTED = /^28/;
/** SQLSTATE 3D000: invalid_catalog_name. */
const NO_DATABASE = "3D000";
/** SQLSTATE 42501: insufficient_privilege. */
const NO_RIGHT = "42501";

/**
 * @param error of the first things that were asked of the server
 * @param url how it was reached; its password is not told
 * @returns a DatabaseProblem, or the error itself when it tells of no such problem
 */
export function databaseProblem(error: unknown, url: string): unknown {
  const { code, routine } = sourceOf(error);
  const { host, user, database } = partsOf(url);
  if (SILENT.test(code)) {
    const message = `No PostgreSQL server answers at ${host} (${code}). Is it running, and is DATABASE_URL right?`;
    return new DatabaseProblem("database.unreachable", message);
  }
  if (NOT_ADMITTED.test(code)) {
    const message = `The PostgreSQL server at ${host} does not let ${user} in. Check user and password in DATABASE_URL, and pg_hba.conf of the server.`;
    return new DatabaseProblem("database.not-admitted", message);
  }
  // one that is not there is made, if the user may
  if (code === NO_DATABASE || (code === NO_RIGHT && routine === "createdb")) {
    const message = `The PostgreSQL server at ${host} has no database ${database}. Make it, or correct DATABASE_URL.`;
    return new DatabaseProblem("database.missing", message);
  }
  if (code === NO_RIGHT) {
    const message = `${user} may not make tables in ${database} at ${host}: make it the owner of the database.`;
    return new DatabaseProblem("database.no-right", message);
  }
  return error;
}

/** What the server or the network said, perhaps under another error: a code, and where in the server it arose. */
function sourceOf(error: unknown): { code: string; routine?: string | undefined } {
  for (let at = error; at instanceof Error; at = at.cause) {
    const { code, routine } = at as NodeJS.ErrnoException & { routine?: string };
    if (typeof code === "string") return { code, routine };
  }
  return { code: "" };
}

function partsOf(text: string): { host: string; user: string; database: string } {
  const url = URL.parse(text);
  const words = (part: string | undefined, otherwise: string) => decodeURIComponent(part ?? "") || otherwise;
  return {
    host: words(url?.host, "the address of DATABASE_URL"),
    user: words(url?.username, "its user"),
    database: words(url?.pathname.slice(1), "of that name"),
  };
}
