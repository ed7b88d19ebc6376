// What the filter of the support bundle takes out, and what it leaves.
import { describe, expect, test } from "vitest";
import { Scrubber } from "./scrubber.ts";

const scrubber = new Scrubber({
  patients: ["Kanarienvogel^Tweety^^Dr.", "PID-778899", "19510203", "Müller-Lüdenscheidt", "12"],
  secrets: ["hunter2-hunter2", "hunt", ""],
});

describe("the filter of texts", () => {
  test.each([
    ["sent KANARIENVOGEL to the PACS", "sent [patient] to the PACS"],
    ["tweety's study", "[patient] study"],
    ["patient PID-778899, number 778899", "patient [patient], number [patient]"],
    ["Frau Müller", "Frau [patient]"],
    ["Somebody^Else^M", "[name]"],
    ["born 1951-02-03", "born [date]"],
    ["born 19480102", "born [date]"],
    ["uid 1.2.826.0.1.3680043.8.498.1", "uid [uid]"],
    ["to jane.doe@clinic.example.org", "to [e-mail]"],
    ["postgres://hub:s3cret@db.example.org/hub", "postgres://[secret]@db.example.org/hub"],
    ["Authorization: Bearer abc.def-ghi", "Authorization: Bearer [secret]"],
    ["key thk_0123456789abcdef", "key [secret]"],
    ["GET /cb?code=abc&state=1&access_token=xyz", "GET /cb?code=[secret]&state=1&access_token=[secret]"],
    ["the password hunter2-hunter2 was wrong", "the password [secret] was wrong"],
    ["-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----", "[pem]"],
  ])("makes of %j %j", (text, scrubbed) => {
    expect(scrubber.text(text)).toBe(scrubbed);
  });

  test.each([
    "12 instances of study 0e1c1a4e-8a2b-4f0e-9c57-3a5d7f6b1c22 in 20 s",
    "at 2026-11-29T13:39:20.123Z step.rejected deliver-rest.busy",
    "transfer syntax 1.2.840.10008.1.2.4.70 from 10.1.2.3 port 11112",
    "version 0.2.0-rc.1, sha256 6a5f1f",
  ])("leaves %j as it is", (text) => {
    expect(scrubber.text(text)).toBe(text);
  });
});

test("fields that are named like secrets are emptied, whatever is in them, and others are looked into", () => {
  expect(
    scrubber.value({
      auth: { user: "hub", password: "Pa55" },
      ...{
        apiKey: "x",
        clientSecret: ["a", "b"],
        keyFile: "/keys/site.key",
        tokenSha256: "ab",
        tokenMinutes: 5,
      },
      list: [{ token: "t", count: 12 }, 778899],
    }),
  ).toEqual({
    auth: { user: "hub", password: "[secret]" },
    ...{ apiKey: "[secret]", clientSecret: ["[secret]", "[secret]"] },
    ...{ keyFile: "/keys/site.key", tokenSha256: "ab", tokenMinutes: 5 },
    list: [{ token: "[secret]", count: 12 }, "[patient]"],
  });
});
