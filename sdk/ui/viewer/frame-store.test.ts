// Which pictures are asked for, in which order, and which are given up and given back.
import { expect, it } from "vitest";
import { frameAddress } from "./frame-address.ts";
import { FrameStore, type LoadedFrame } from "./frame-store.ts";

/** A hub whose answers come when the test says so. */
function someHub(most = 10) {
  const asked: string[] = [];
  const waiting = new Map<string, (frame: (LoadedFrame & { url: string }) | Error) => void>();
  const aborted: string[] = [];
  const released: string[] = [];
  const store = new FrameStore({
    most,
    release: (url) => void released.push(url),
    load: (address, signal) => {
      asked.push(address);
      const { promise, resolve, reject } = Promise.withResolvers<LoadedFrame & { url: string }>();
      waiting.set(address, (frame) => (frame instanceof Error ? reject(frame) : resolve(frame)));
      signal.addEventListener("abort", () => {
        aborted.push(address);
        reject(new Error("aborted"));
      });
      return promise;
    },
  });
  const come = async (...addresses: string[]) => {
    for (const address of addresses) {
      const told = new Promise<void>((resolve) => {
        const stop = store.subscribe(() => {
          stop();
          resolve();
        });
      });
      waiting.get(address)!({ url: `blob:${address}`, window: undefined });
      await told;
    }
  };
  return { store, asked, waiting, aborted, released, come };
}

it("asks for the wanted picture first, and for its neighbours when it is there, two at once", async () => {
  const { store, asked, come } = someHub();
  store.want("5", ["6", "4", "7"]);
  expect(asked).toEqual(["5"]);
  await come("5");
  expect(asked).toEqual(["5", "6", "4"]);
  await come("6");
  expect(asked).toEqual(["5", "6", "4", "7"]);
  expect(store.get("6")).toEqual({ url: "blob:6", window: undefined });
});

it("gives up neighbours that are none any more, and does not call that a failure", async () => {
  const { store, asked, aborted, come } = someHub();
  store.want("5", ["6", "4"]);
  await come("5");
  store.want("30", ["31"]);
  expect(aborted).toEqual(["6", "4"]);
  expect(asked.at(-1)).toBe("30");
  await come("30");
  expect(store.get("6")).toBeUndefined();
});

it("lets every second picture come while the wanted one changes quickly", async () => {
  const { store, asked, come } = someHub();
  for (const address of ["1", "2", "3", "4", "5"]) store.want(address, []);
  expect(asked).toEqual(["1", "2"]);
  await come("1");
  expect(asked).toEqual(["1", "2", "5"]);
});

it("keeps the last ones that were looked at, and gives the others back", async () => {
  const { store, released, come } = someHub(2);
  for (const address of ["1", "2"]) {
    store.want(address, []);
    await come(address);
  }
  store.want("1", []);
  store.want("3", []);
  await come("3");
  expect(released).toEqual(["blob:2"]);
  store.close();
  expect(released.toSorted()).toEqual(["blob:1", "blob:2", "blob:3"]);
});

it("keeps why a picture did not come until somebody tries again", async () => {
  const { store, asked, waiting, come } = someHub();
  store.want("1", []);
  const fault = new Error("broken");
  const told = new Promise<void>((resolve) => store.subscribe(resolve));
  waiting.get("1")!(fault);
  await told;
  expect(store.get("1")).toEqual({ fault });
  store.retry("1");
  expect(asked).toEqual(["1", "1"]);
  await come("1");
  expect(store.get("1")).toMatchObject({ url: "blob:1" });
});

it("asks for a window by its name or by its values", () => {
  expect(frameAddress("/f/1", { window: "fit", size: 512 })).toBe("/f/1?size=512&window=fit");
  const window = { center: 40.5, width: 80 };
  expect(frameAddress("/f/1", { window, size: 1024 })).toBe("/f/1?size=1024&center=40.5&width=80");
});
