// What a cloud client sees of an order whose data is in: a projection of its study and of what is run for it.
import type { CloudStatus } from "@thalamus/sdk/cloud";
import type { OrderStatus, StudyStatus } from "../studies/transitions.ts";

/** One product that is run for the order's study. */
export interface ProductSight {
  readonly product: string;
  readonly status: OrderStatus;
  /** Of the last result. */
  readonly result: "diagnostic" | "failure" | undefined;
}

export interface StudySight {
  readonly status: StudyStatus;
  /** As the hub names them; none: the order waits for one. */
  readonly wanted: readonly string[];
  readonly products: readonly ProductSight[];
}

export type ProductEnd = "delivered" | "failed" | "cancelled" | "working";

/** A result is delivered when it can be fetched; a failure only when its report can be. */
export function productEnd({ status, result }: Omit<ProductSight, "product">): ProductEnd {
  if (status === "failed") return result === "failure" ? "failed" : "working";
  if (status === "cancelled") return "cancelled";
  if (status === "queued" || status === "processing") return "working";
  return result === "diagnostic" ? "delivered" : "working";
}

/** @returns `gone` when the hub cannot run one of the products any more */
export function cloudStatus({ status, wanted, products }: StudySight): CloudStatus | "gone" {
  if (wanted.length === 0) return status === "cancelled" ? "CANCELLED" : "PENDING";
  if (status === "cancelled") return "CANCELLED";
  const ends = products.map(productEnd);
  if (ends.includes("working")) return "DX_STARTED";
  if (products.length === 0) return status === "processed" ? "gone" : "DX_STARTED";
  if (ends.includes("failed")) return "FAILED";
  if (ends.includes("cancelled")) return "CANCELLED";
  return wanted.every((one) => products.some(({ product }) => product === one)) ? "DELIVERED" : "gone";
}
