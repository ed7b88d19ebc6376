// Of several product orders of one study at one revision the newest of each product counts.

/** An order that was opened anew after a person had ended the study takes the place of the one before. */
export function newestOfEach<T extends { readonly product: string; readonly createdAt: Date }>(
  orders: readonly T[],
): T[] {
  const sorted = orders.toSorted((a, b) => a.createdAt.getTime() - b.createdAt.getTime());
  return [...new Map(sorted.map((order) => [order.product, order])).values()];
}
