// Answers that no honest provider gives, to a question the hub did ask: none of them lets anybody in.
import { generateKeyPairSync, randomUUID } from "node:crypto";
import { NEEDS_OPENSSL } from "@thalamus/sdk/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Session } from "../../../core/database/entities/account.ts";
import { type HostileResponse, hostileResponses } from "./hostile-responses.ts";
import { SamlSite } from "./saml-site.ts";
import { TestIdp } from "./test-idp.ts";

/** From another provider, or meant for another hub. */
const FOREIGN = ["wrong-audience", "wrong-issuer"];

describe.skipIf(NEEDS_OPENSSL !== "")(`A hostile response is refused${NEEDS_OPENSSL}`, () => {
  let site: SamlSite;
  let stranger: TestIdp;
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const otherKey = privateKey.export({ type: "pkcs8", format: "pem" }) as string;
  const responses = hostileResponses(otherKey);

  beforeAll(async () => {
    site = await SamlSite.open();
    stranger = new TestIdp("stranger");
  });
  afterAll(async () => {
    await site.close();
    stranger.close();
  });

  test("there are at least 36 of them", () => {
    expect(Object.keys(responses).length).toBeGreaterThanOrEqual(36);
  });

  const letsNobodyIn = async (_name: string, { reason, make }: HostileResponse) => {
    const browser = site.browser();
    const login = await site.ask(browser);
    const response = make(site.idp, login);
    const where = await site.answer(browser, response);
    expect(where).toMatch(/^\/login\?refused=(sso|role)&id=[0-9a-f-]{36}$/);
    expect(await site.reasonOf(where)).toBe(reason);
    expect(await browser.whoAmI()).toBeUndefined();
    // the question is used up, or was never answered: a good answer afterwards is another matter
    expect(await site.orm.em.fork().count(Session)).toBe(0);
  };
  const [foreign = [], others = []] = [true, false].map((wanted) =>
    Object.entries(responses).filter(([, { reason }]) => FOREIGN.includes(reason) === wanted),
  );
  test.each(foreign)("X-007 %s", letsNobodyIn);
  test.each(others)("%s", letsNobodyIn);

  test("X-008 an answer that let somebody in once, shown again", async () => {
    const browser = site.browser();
    const login = await site.ask(browser);
    const response = site.idp.answer(login);
    const next = await site.answer(browser, response);
    expect(next).toMatch(/^\/api\/sso\/finish/);
    expect(await site.reasonOf(await site.answer(browser, response))).toBe("unknown-request");
    await site.orm.em.fork().nativeDelete(Session, {});
  });

  test("X-008 an assertion that let somebody in once, in the answer to another question", async () => {
    const assertionId = `_${randomUUID()}`;
    const [first, second] = [await site.ask(site.browser()), await site.ask(site.browser())];
    expect(await site.answer(site.browser(), site.idp.answer(first, { assertionId }))).toMatch(/finish/);
    const again = await site.answer(site.browser(), site.idp.answer(second, { assertionId }));
    expect(await site.reasonOf(again)).toBe("replayed");
  });

  test("a good answer after a bad one to the same question", async () => {
    const browser = site.browser();
    const login = await site.ask(browser);
    const bad = await site.answer(browser, site.idp.answer(login, { audience: "another" }));
    expect(await site.reasonOf(bad)).toBe("wrong-audience");
    expect(await site.reasonOf(await site.answer(browser, site.idp.answer(login)))).toBe("unknown-request");
  });

  test("an answer of another provider with a certificate in it", async () => {
    const browser = site.browser();
    const response = stranger.answer(await site.ask(browser));
    expect(await site.reasonOf(await site.answer(browser, response))).toBe("bad-signature");
  });
});
