// The usage report of generation 1: runs that counted, by key; as text, as JSON, or by mail to the admins.
import { type KeyUse, MailError, mailProblem, mailServerOf, Permanent, Transient } from "@thalamus/sdk";
import { type OpenCall, post } from "./call.ts";
import { refusal } from "./error-words.ts";
import { ReportFields } from "./request-fields.ts";

interface Span {
  readonly startDate: string;
  readonly endDate: string;
}

/** A client may live where tomorrow has begun (UTC+14). */
const AHEAD_MS = 14 * 3_600_000;

export const getReport = post("usage:read", ReportFields, async (call) => {
  const { access, caller, fields } = call;
  const format = fields.format.toLowerCase();
  if (!["txt", "json", "email"].includes(format)) throw refusal("bad-format");
  const [from, to] = [dayOf(fields.startDate), dayOf(fields.endDate)];
  const latest = Date.now() + AHEAD_MS;
  if (from.getTime() > latest || to.getTime() > latest) throw refusal("future-date");
  if (from > to) throw refusal("dates-crossed");
  const uses = await access.uses(caller, from, to);
  if (format === "json") return JSON.stringify(reportOf(fields, uses));
  return format === "txt" ? reportText(fields, uses) : mailReport(call, uses);
});

/** @param text M/D/YYYY, with or without zeros in front */
export function dayOf(text: string): Date {
  const [, month = "", day = "", year = ""] = /^(\d{1,2})\/(\d{1,2})\/(\d{4})$/.exec(text.trim()) ?? [];
  const at = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  const isSame = at.getUTCMonth() === Number(month) - 1 && at.getUTCDate() === Number(day);
  if (year === "" || !isSame) throw refusal("bad-date");
  return at;
}

function reportOf({ startDate, endDate }: Span, uses: readonly KeyUse[]): object {
  const keys = Map.groupBy(uses, ({ keyId }) => keyId);
  return {
    startDate,
    endDate,
    totalUsages: uses.length,
    apiKeys: [...keys.values()].map((own) => ({
      // its name: a key itself is nowhere on record
      apiKey: own[0]!.keyName,
      usages: own.length,
      orders: own.map(({ orderId, product, at }) => ({ orderId, product, date: at.toISOString() })),
    })),
  };
}

function reportText({ startDate, endDate }: Span, uses: readonly KeyUse[]): string {
  const lines = uses.map(({ keyName, at, orderId, product }) => {
    return [keyName, at.toISOString().slice(0, 16).replace("T", " "), orderId, product].join("\t");
  });
  return [
    `Usage report ${startDate} - ${endDate}`,
    `Total usages: ${uses.length}`,
    ["apiKey", "date (UTC)", "orderId", "product"].join("\t"),
    ...lines,
    "",
  ].join("\n");
}

async function mailReport(call: OpenCall<Span>, uses: readonly KeyUse[]): Promise<string> {
  const { access, caller, mailer, settings, fields, exchange } = call;
  const to = await access.adminMails(caller.organisationId);
  if (!settings.mail || to.length === 0) throw refusal("no-mail");
  const { from } = settings.mail;
  const addresses = { from, to: to.join(", ") };
  const text = reportText(fields, uses);
  const id = `usage-${caller.keyId}-${Date.now()}`;
  const subject = `Usage report ${fields.startDate} - ${fields.endDate}`;
  try {
    const server = await mailServerOf("cloud-api", { ...settings.mail, ...addresses });
    await mailer.send(server, { ...addresses, id, subject, text }, exchange.signal);
  } catch (error) {
    const problem = error instanceof MailError ? mailProblem("cloud-api", error) : error;
    if (!(problem instanceof Permanent || problem instanceof Transient)) throw error;
    exchange.fields["mail"] = problem.code;
    throw refusal("mail-failed");
  }
  return `Email sent successfully to ${addresses.to}.`;
}
