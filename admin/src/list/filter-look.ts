// How the bars above lists look, and what a filter is after one field has changed.

/** Fields in a row that wraps, and a line below. */
export const FILTER_BAR_LOOK = {
  display: "flex",
  flexWrap: "wrap",
  alignItems: "center",
  gap: 1.5,
  px: { xs: 1.5, md: 2 },
  py: 2,
  borderBottom: 1,
  borderColor: "divider",
} as const;

/** Without what is empty, so that a list without filters has none. */
export function withFilter<F extends object>(
  filter: F,
  name: keyof F,
  value: string | undefined,
): Partial<F> {
  const { [name]: _, ...others } = filter;
  return (value === undefined || value === "" ? others : { ...others, [name]: value }) as Partial<F>;
}
