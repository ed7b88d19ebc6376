// What clients see of an order, and that every such view is a legal move from the one before.
import { describe, expect, test } from "vitest";
import { cloudStatus, type ProductSight } from "./cloud-status.ts";
import { CLOUD_MOVES } from "./order-moves.ts";

const product = (status: ProductSight["status"], result?: ProductSight["result"], name = "a") => ({
  product: name,
  status,
  result,
});

describe("an order whose data is in", () => {
  test("waits without a product, however its study was checked", () => {
    for (const status of ["checking", "held", "waiting", "failed"] as const)
      expect(cloudStatus({ status, wanted: [], products: [] })).toBe("PENDING");
    expect(cloudStatus({ status: "cancelled", wanted: [], products: [] })).toBe("CANCELLED");
  });

  test("is at work until every product has ended, and its failure has a report", () => {
    const at = (...products: ProductSight[]) =>
      cloudStatus({ status: "processing", wanted: ["a", "b"], products });
    expect(at(product("processed", "diagnostic"), product("queued", undefined, "b"))).toBe("DX_STARTED");
    expect(at(product("failed"), product("processed", "diagnostic", "b"))).toBe("DX_STARTED");
    expect(at(product("failed", "failure"), product("processed", "diagnostic", "b"))).toBe("FAILED");
    expect(at(product("processed", "diagnostic"), product("delivered", "diagnostic", "b"))).toBe("DELIVERED");
    expect(at(product("cancelled"), product("processed", "diagnostic", "b"))).toBe("CANCELLED");
  });

  test("that is run again after a failure is at work again", () => {
    const again = [product("queued", "failure")];
    expect(cloudStatus({ status: "queued", wanted: ["a"], products: again })).toBe("DX_STARTED");
  });

  test("is given up when the hub lost one of its products", () => {
    const gone = { status: "processed", wanted: ["a", "b"], products: [product("processed", "diagnostic")] };
    expect(cloudStatus(gone as never)).toBe("gone");
    expect(cloudStatus({ status: "processed", wanted: ["a"], products: [] })).toBe("gone");
    expect(cloudStatus({ status: "checking", wanted: ["a"], products: [] })).toBe("DX_STARTED");
  });
});

test("nothing comes back from cancelled but expiry, and nothing from that", () => {
  expect(CLOUD_MOVES.CANCELLED).toEqual(["EXPIRED"]);
  expect(CLOUD_MOVES.EXPIRED).toEqual([]);
});
