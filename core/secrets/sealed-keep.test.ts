// What plugins keep: the same for every hub, readable for nobody else, gone at its end.
import { randomBytes } from "node:crypto";
import type { MikroORM } from "@mikro-orm/postgresql";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { freshDatabase } from "../../test/support/fresh-database.ts";
import { connect } from "../database/database.ts";
import { KeptValue } from "../database/entities/kept-value.ts";
import { Sealer } from "./seal.ts";
import { SealedKeep } from "./sealed-keep.ts";
import { deriveSiteKeys } from "./site-keys.ts";

const keys = deriveSiteKeys(randomBytes(32));
let orm: MikroORM;
beforeEach(async () => {
  orm = await connect(await freshDatabase());
});
afterEach(async () => {
  vi.useRealTimers();
  await orm.close();
});

const keep = (plugin = "cloud-api", sealer = new Sealer(keys)) => new SealedKeep(orm, sealer, plugin);
const rows = () => orm.em.fork().findAll(KeptValue);
/** The clock of this process alone; the database has its own. */
const later = (seconds: number) => vi.useFakeTimers({ now: Date.now() + seconds * 1000, toFake: ["Date"] });

describe("what a plugin keeps", () => {
  test("is seen by every hub, by the plugin alone, and can be replaced and forgotten", async () => {
    await keep().put("session one", "secret-value");
    expect(await keep().get("session one")).toBe("secret-value");
    expect(await keep("other").get("session one")).toBeUndefined();
    await keep().put("session one", "another");
    expect(await keep().get("session one")).toBe("another");
    await keep().forget("session one");
    expect(await keep().get("session one")).toBeUndefined();
  });

  test("cannot be read in the database, neither the name nor the value", async () => {
    await keep().put("session one", "secret-value");
    const text = JSON.stringify(await rows());
    expect(text).not.toContain("secret-value");
    expect(text).not.toContain(Buffer.from("secret-value").toString("base64").slice(0, 12));
    expect(text).not.toContain("session one");
  });

  test("has an end, which a look can move, and its row goes with the next one that comes", async () => {
    await keep().put("short", "1", 100);
    await keep().put("used", "2", 100);
    later(80);
    expect(await keep().get("used", 100)).toBe("2");
    later(40);
    expect(await keep().get("short")).toBeUndefined();
    expect(await keep().get("used")).toBe("2");
    await keep().put("new", "3", 100);
    expect(await rows()).toHaveLength(2);
  });

  test("is made once, whoever asks first", async () => {
    const make = (value: number) => keep().once("key", async () => `made by ${value}`);
    const all = await Promise.all([1, 2, 3, 4].map(make));
    expect(new Set(all).size).toBe(1);
    expect(await make(5)).toBe(all[0]);
  });

  test("is opened with an older secret that is still named, and made again when there is none", async () => {
    await keep().put("key", "old");
    const next = deriveSiteKeys(randomBytes(32));
    expect(await keep("cloud-api", new Sealer(next, [keys])).get("key")).toBe("old");
    const lost = keep("cloud-api", new Sealer(next));
    expect(await lost.get("key")).toBeUndefined();
    expect(await lost.once("key", async () => "new")).toBe("new");
    expect(await lost.get("key")).toBe("new");
  });
});
