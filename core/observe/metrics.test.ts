// The text of /metrics: closed labels, sums of readers, and what cannot be read is left out.
import { declareCounter, declareGauge, declareHistogram } from "@thalamus/sdk";
import { beforeEach, expect, test } from "vitest";
import { openLog } from "./log.ts";
import { HubMetrics } from "./metrics.ts";

const Fruit = declareCounter({
  name: "thalamus_test_fruit_total",
  help: "Fruit",
  labels: { kind: ["apple", "pear"], target: "plugin entries" },
});
const Room = declareGauge({ name: "thalamus_test_room_bytes", help: "Room" });
const Open = declareGauge({ name: "thalamus_test_open", help: "Open", labels: { door: ["front"] } });
const Wait = declareHistogram({ name: "thalamus_test_wait_seconds", help: "Wait", buckets: [1, 5] });

let metrics: HubMetrics;
beforeEach(() => {
  metrics = new HubMetrics(["pacs"], openLog({ level: "error", terminal: false }));
});

/** Without comments and empty lines. */
const lines = async () => (await metrics.text()).split("\n").filter((line) => /^[^#]/.test(line));

test("a counter begins at zero for every value of its labels", async () => {
  metrics.counter(Fruit);
  expect(await lines()).toEqual([
    'thalamus_test_fruit_total{kind="apple",target="pacs"} 0',
    'thalamus_test_fruit_total{kind="pear",target="pacs"} 0',
  ]);
});

test("a value outside of its set counts as other, however many there are", async () => {
  const fruit = metrics.counter(Fruit);
  for (let n = 0; n < 1000; n += 1) fruit.of({ kind: `1.2.840.${n}`, target: "pacs" }).add();
  fruit.of({ kind: "pear", target: "somebody's" }).add(3);
  const counted = (await lines()).filter((line) => !line.endsWith(" 0"));
  expect(counted).toEqual([
    'thalamus_test_fruit_total{kind="other",target="pacs"} 1000',
    'thalamus_test_fruit_total{kind="pear",target="other"} 3',
  ]);
});

test("counts go on from scrape to scrape, and two who declare the same count together", async () => {
  metrics.counter(Fruit).of({ kind: "pear", target: "pacs" }).add();
  await metrics.text();
  metrics.counter(Fruit).of({ target: "pacs", kind: "pear" }).add(2);
  expect(await lines()).toContain('thalamus_test_fruit_total{kind="pear",target="pacs"} 3');
});

test("readers are asked at each scrape and add up until they end", async () => {
  let open = 2;
  metrics.read(Open, () => [{ labels: { door: "front" }, value: open }]);
  const stop = metrics.read(Open, async () => [{ labels: { door: "front" }, value: 10 }]);
  expect(await lines()).toContain('thalamus_test_open{door="front"} 12');
  open = 3;
  stop();
  expect(await lines()).toContain('thalamus_test_open{door="front"} 3');
});

test("what cannot be read is left out instead of told as zero, and the rest is there", async () => {
  metrics.read(Room, () => Promise.reject(new Error("away")));
  metrics.read(Open, () => [{ labels: { door: "front" }, value: 1 }]);
  expect(await lines()).toEqual(['thalamus_test_open{door="front"} 1']);
});

test("a histogram tells how values are spread", async () => {
  const wait = metrics.histogram(Wait);
  for (const seconds of [0.5, 2, 60]) wait.observe({}, seconds);
  expect(await lines()).toEqual([
    'thalamus_test_wait_seconds_bucket{le="1"} 1',
    'thalamus_test_wait_seconds_bucket{le="5"} 2',
    'thalamus_test_wait_seconds_bucket{le="+Inf"} 3',
    "thalamus_test_wait_seconds_sum 62.5",
    "thalamus_test_wait_seconds_count 3",
  ]);
});

test("two metrics of one name, and one that does not begin with thalamus_, are refused", () => {
  metrics.counter(Fruit);
  expect(() => metrics.read({ ...Room, name: Fruit.name }, () => [])).toThrow(/two metrics/);
  expect(() => metrics.read({ ...Room, name: "fruit" }, () => [])).toThrow(/no name/);
});
