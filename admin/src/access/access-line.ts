// The look of a line on the access page.
export const LIST = { listStyle: "none", m: 0, p: 0, px: 2 } as const;

export const ACCESS_LINE = {
  display: "flex",
  flexWrap: "wrap",
  alignItems: "center",
  gap: "6px 14px",
  py: 1.25,
  "& + &": { borderTop: 1, borderColor: "divider" },
} as const;
