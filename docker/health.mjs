// The container's health check: asks the hub itself, whether it speaks HTTP or, since a certificate was given, HTTPS.
import { request as plain } from "node:http";
import { request as secure } from "node:https";

const port = process.env.THALAMUS_HTTP_PORT ?? 8080;
// it asks on its own machine, and a certificate bears the name of the site
const where = { host: "127.0.0.1", port, path: "/health", timeout: 8000, rejectUnauthorized: false };

/** @returns what the hub says of itself */
function ask(request) {
  return new Promise((resolve, reject) => {
    const asked = request(where, async (response) => {
      const chunks = [];
      for await (const chunk of response) chunks.push(chunk);
      resolve(JSON.parse(Buffer.concat(chunks).toString()));
    });
    asked.on("timeout", () => asked.destroy(new Error("no answer in time"))).on("error", reject);
    asked.end();
  });
}

try {
  const answer = await ask(plain).catch(() => ask(secure));
  process.stdout.write(`${JSON.stringify(answer)}\n`);
  // a full disk or a wrong certificate is for people: a restart mends neither
  process.exitCode = answer.database ? 0 : 1;
} catch (error) {
  process.stdout.write(`${error.message}\n`);
  process.exitCode = 1;
}
