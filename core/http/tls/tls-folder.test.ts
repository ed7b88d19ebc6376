// Which files of a folder are the certificate of the console.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { foundFiles } from "./tls-folder.ts";

const folder = mkdtempSync(join(tmpdir(), "tls-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const put = (...names: readonly string[]) => {
  for (const name of names) writeFileSync(join(folder, name), "");
};
const found = () => foundFiles({ folder });

test("X-022 the preferred names win over those of before, which are told apart", () => {
  expect(found()).toBeUndefined();
  put("cert.pem");
  expect(found()).toBeUndefined();
  put("key.pem");
  expect(found()).toEqual({
    ...{
      certificateFile: join(folder, "cert.pem"),
      keyFile: join(folder, "key.pem"),
      caFile: undefined,
      isOld: true,
    },
  });
  put("tls_cert.pem", "tls_key.pem", "tls_ca.pem");
  expect(found()).toMatchObject({ certificateFile: join(folder, "tls_cert.pem"), isOld: false });
  expect(found()?.caFile).toBe(join(folder, "tls_ca.pem"));
  const named = { folder, certificateFile: "/a.pem", keyFile: "/b.pem" };
  expect(foundFiles(named)).toMatchObject({ certificateFile: "/a.pem", isOld: false });
});
