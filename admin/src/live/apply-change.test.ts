// Live changes reach what the pages have read, whatever is being read meanwhile.
import { QueryClient } from "@tanstack/react-query";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ChangeWriter } from "./apply-change.ts";

const LIST = ["studies", "getList", { page: 1 }] as const;
const ID = "0a1b2c3d-0000-4000-8000-000000000001";
const listWith = (status: string) => ({ data: [{ id: ID, status, progress: 0.5 }], total: 1 });

describe("a live change", () => {
  let queries: QueryClient;
  let writer: ChangeWriter;
  const statusShown = () =>
    queries.getQueryData<ReturnType<typeof listWith>>(LIST)?.data.map(({ status }) => status);
  const change = (status: string) =>
    writer.write({ resource: "study", id: ID, kind: "updated", patch: { status } });
  /** Begins to read the list; the answer is given by hand. */
  function read() {
    const answer = Promise.withResolvers<ReturnType<typeof listWith>>();
    const done = queries.fetchQuery({ queryKey: LIST, queryFn: () => answer.promise });
    return { answer, done };
  }

  beforeEach(() => {
    queries = new QueryClient({ defaultOptions: { queries: { retry: false } } });
    writer = new ChangeWriter(queries);
  });
  afterEach(() => {
    writer.stop();
    queries.clear();
  });

  test("changes the row that is shown", () => {
    queries.setQueryData(LIST, listWith("checking"));
    change("held");
    expect(statusShown()).toEqual(["held"]);
  });

  test("is not undone by an answer that was under way when it came", async () => {
    queries.setQueryData(LIST, listWith("receiving"));
    const { answer, done } = read();
    change("checking");
    change("held");
    answer.resolve(listWith("checking"));
    await done;
    expect(statusShown()).toEqual(["held"]);
  });

  test("is not lost on a page that is read for the first time", async () => {
    const { answer, done } = read();
    change("held");
    answer.resolve(listWith("receiving"));
    await done;
    expect(statusShown()).toEqual(["held"]);
  });

  test("is written into no later answer, nor into what could not be read", async () => {
    const broken = read();
    change("held");
    broken.answer.reject(new Error("no network"));
    await expect(broken.done).rejects.toThrow("no network");
    expect(statusShown()).toBeUndefined();
    const { answer, done } = read();
    answer.resolve(listWith("cancelled"));
    await done;
    expect(statusShown()).toEqual(["cancelled"]);
  });
});
