// What an adapter does for a product: start it in the words of its contract, and bring input and output into its shape.
import type { ProductDescription } from "../product-description.ts";
import type { Launch, RunFolders } from "../runners/runner.ts";

/** What an adapter may know of an order. */
export interface AdaptedOrder {
  readonly jobId: string;
  readonly params: Readonly<Record<string, unknown>>;
}

export interface Adapter {
  /** It prints events, ends with the exit codes of hub.product/1, and writes result.json itself. */
  readonly speaks: boolean;
  /**
   * Changes the staged input to what the contract wants, in place.
   * @throws ProcessingFailure `local-processing.no-input` when it cannot be made of the study
   */
  arrange?(input: string, product: ProductDescription, order: AdaptedOrder): Promise<void>;
  /** @param folders as the product sees them */
  launch(folders: RunFolders, product: ProductDescription): Launch;
}
