// How lists of this page look: one line for each thing, with room for a sentence below.

export const LIST = { listStyle: "none", m: 0, p: 0 } as const;

export const LINE = {
  display: "flex",
  flexWrap: "wrap",
  alignItems: "center",
  gap: "4px 12px",
  px: 2,
  py: 1,
  minHeight: 44,
  fontSize: "0.875rem",
  "& + &": { borderTop: 1, borderColor: "divider" },
} as const;

export const NOTHING = { p: 2, color: "text.secondary", fontSize: "0.875rem" } as const;
