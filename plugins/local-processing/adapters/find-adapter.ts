// Which adapter a product needs.

import { hubProduct } from "../hub-contract.ts";
import type { ProductDescription } from "../product-description.ts";
import type { Adapter } from "./adapter.ts";
import { bidsApp } from "./bids-app.ts";
import { mercure } from "./mercure.ts";
import { monaiMap } from "./monai-map.ts";

const ADAPTERS = { mercure, "monai-map": monaiMap, "bids-app": bidsApp } as const;

export const adapterOf = ({ adapter }: ProductDescription): Adapter =>
  adapter ? ADAPTERS[adapter.contract] : hubProduct;
