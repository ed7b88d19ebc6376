// Passwords are kept as argon2id hashes and made up so that people can read them to each other.
import { expect, test } from "vitest";
import { hashPassword, matchesPassword, newPassword } from "./password.ts";
import { whatPasswordLacks } from "./password-policy.ts";

test("A-290 a password matches its own hash and no other", async () => {
  const hash = await hashPassword("correct-horse-battery");
  expect(hash).toMatch(/^\$argon2id\$v=19\$m=7168,t=5,p=1\$/);
  expect(await matchesPassword("correct-horse-battery", hash)).toBe(true);
  expect(await matchesPassword("correct-horse-batterz", hash)).toBe(false);
});

test("the same password gets another hash each time", async () => {
  expect(await hashPassword("same")).not.toBe(await hashPassword("same"));
});

test("something that is no hash matches nothing", async () => {
  expect(await matchesPassword("", "")).toBe(false);
  expect(await matchesPassword("x", "$argon2id$broken")).toBe(false);
});

test("a made-up password has five groups of unambiguous letters and is never the same", () => {
  const passwords = new Set(Array.from({ length: 200 }, newPassword));
  expect(passwords.size).toBe(200);
  for (const password of passwords) {
    expect(password).toMatch(/^([a-hjkmnp-zA-HJKMNP-Z2-9]{4}-){4}[a-hjkmnp-z2-9A-HJKMNP-Z]{4}$/);
    expect(whatPasswordLacks(password)).toBeUndefined();
  }
});
