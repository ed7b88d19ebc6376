// X-019 Certificates are told of a month before they expire.
import { readFileSync } from "node:fs";
import { hasOpenssl, NEEDS_OPENSSL, TestAuthority } from "@thalamus/sdk/testing";
import { expect, test } from "vitest";
import { certificateLines } from "./certificates.ts";

test.skipIf(!hasOpenssl)(`a certificate is valid, then expiring, then expired${NEEDS_OPENSSL}`, () => {
  using authority = new TestAuthority();
  const certificate = readFileSync(authority.sign("pacs.example.org", { days: 60 }).certificateFile, "utf8");
  const inDays = (days: number) => {
    const now = new Date(Date.now() + days * 86_400_000);
    const [line] = certificateLines(undefined, [{ name: "dicom-scp", certificate }, { name: "plain" }], now);
    return `${line?.usedBy} ${line?.subject} ${line?.state}`;
  };
  expect([0, 29, 31, 59, 61].map(inDays)).toEqual(
    ["valid", "valid", "expiring", "expiring", "expired"].map(
      (state) => `dicom-scp CN=pacs.example.org ${state}`,
    ),
  );
});
