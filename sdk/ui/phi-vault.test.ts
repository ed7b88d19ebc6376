// The vault forgets: on demand, by itself, and even while an answer is on its way.
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { ApiFault } from "./call-api.ts";
import { PhiVault, SHOWN_MS } from "./phi-vault.ts";

const STUDY = "0fe73751-0000-4000-8000-000000000000";

describe("PhiVault", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  const filled = async (fields: readonly string[]) => {
    const vault = new PhiVault(async (_, asked) =>
      Object.fromEntries(asked.map((field) => [field, `<${field}>`])),
    );
    await vault.reveal(STUDY, fields);
    return vault;
  };

  test("shows what was asked for, and tells who listens", async () => {
    const vault = await filled(["patientName"]);
    const listener = vi.fn();
    vault.subscribe(listener);
    expect(vault.value(STUDY, "patientName")?.text).toBe("<patientName>");
    expect(vault.value(STUDY, "patientId")).toBeUndefined();
    vault.hide(STUDY, ["patientName"]);
    expect(vault.value(STUDY, "patientName")).toBeUndefined();
    expect(listener).toHaveBeenCalledOnce();
  });

  test("hides each value when its own minute is over", async () => {
    const vault = await filled(["patientName"]);
    vi.advanceTimersByTime(SHOWN_MS / 2);
    await vault.reveal(STUDY, ["patientId"]);
    vi.advanceTimersByTime(SHOWN_MS / 2);
    expect(vault.value(STUDY, "patientName")).toBeUndefined();
    expect(vault.value(STUDY, "patientId")?.text).toBe("<patientId>");
    vi.advanceTimersByTime(SHOWN_MS / 2);
    expect(vault.value(STUDY, "patientId")).toBeUndefined();
  });

  test("shows a whole page at once, and hides it at once", async () => {
    const vault = new PhiVault(
      async () => ({}),
      async (studies, fields) =>
        Object.fromEntries(
          studies.map((study) => [study, Object.fromEntries(fields.map((field) => [field, study]))]),
        ),
    );
    expect(vault.isShowing).toBe(false);
    await vault.revealMany(["one", "two"], ["patientName"]);
    expect([vault.value("one", "patientName")?.text, vault.value("two", "patientName")?.text]).toEqual([
      "one",
      "two",
    ]);
    expect(vault.isShowing).toBe(true);
    vault.hideAll();
    expect(vault.isShowing).toBe(false);
  });

  test("asks why where the site wants it, every time, and shows nothing without a reason", async () => {
    const read = vi.fn(async (_study: string, fields: readonly string[], reason: string | undefined) => {
      if (reason === undefined) throw new ApiFault(400, "phi.reason-needed", "Say why.");
      return Object.fromEntries(fields.map((field) => [field, reason]));
    });
    const vault = new PhiVault(read);
    const reasons = ["second opinion", undefined];
    vault.askReason = async () => reasons.shift();
    await vault.reveal(STUDY, ["patientName"]);
    expect(vault.value(STUDY, "patientName")?.text).toBe("second opinion");
    await vault.reveal(STUDY, ["patientId"]);
    expect(vault.value(STUDY, "patientId")).toBeUndefined();
    expect(read).toHaveBeenCalledTimes(3);
  });

  test("keeps hidden what arrives after everything was hidden", async () => {
    const { promise, resolve } = Promise.withResolvers<Record<string, string>>();
    const vault = new PhiVault(() => promise);
    const asking = vault.reveal(STUDY, ["patientName"]);
    vault.hideAll();
    resolve({ patientName: "KANARIENVOGEL^CARLA" });
    await asking;
    expect(vault.value(STUDY, "patientName")).toBeUndefined();
  });
});
