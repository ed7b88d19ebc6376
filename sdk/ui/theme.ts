// The look of all web surfaces: one set of design tokens, light and dark.
import type { ThemeOptions } from "@mui/material";

const SANS =
  '"Inter", "Segoe UI", system-ui, -apple-system, "Helvetica Neue", "Noto Sans", Arial, sans-serif';
/** Ids, AE titles and UIDs. */
export const MONO =
  '"JetBrains Mono", ui-monospace, "SF Mono", "Cascadia Mono", "DejaVu Sans Mono", monospace';

/** Who asked the machine for no movement gets none: what moves ends where it began to move to, at once. */
const STILL = {
  "@media (prefers-reduced-motion: reduce)": {
    "*, *::before, *::after": {
      animationDuration: "0.01ms !important",
      animationIterationCount: "1 !important",
      transitionDuration: "0.01ms !important",
      scrollBehavior: "auto !important",
    },
  },
} as const;

const shared = {
  shape: { borderRadius: 8 },
  typography: {
    fontFamily: SANS,
    fontSize: 14,
    h1: { fontSize: "1.375rem", fontWeight: 650, letterSpacing: "-0.01em", lineHeight: 1.3 },
    h2: { fontSize: "1.0625rem", fontWeight: 650, lineHeight: 1.4 },
    h3: { fontSize: "0.9375rem", fontWeight: 600, lineHeight: 1.4 },
    body1: { fontSize: "0.9375rem" },
    body2: { fontSize: "0.875rem" },
    button: { textTransform: "none", fontWeight: 600 },
  },
  components: {
    MuiCssBaseline: { styleOverrides: STILL },
    MuiButton: { defaultProps: { disableElevation: true } },
    MuiTab: { styleOverrides: { root: { minHeight: 44, padding: "8px 14px", fontWeight: 550 } } },
    MuiTabs: { styleOverrides: { root: { minHeight: 44 } } },
    MuiTooltip: { defaultProps: { enterDelay: 400 } },
    MuiTableCell: { styleOverrides: { head: { fontWeight: 600, whiteSpace: "nowrap" } } },
    MuiPaper: { styleOverrides: { root: { backgroundImage: "none" } } },
  },
} satisfies ThemeOptions;

export const lightTheme = {
  ...shared,
  palette: {
    mode: "light",
    primary: { main: "#0b6b75", dark: "#08525a", light: "#3b8f97", contrastText: "#ffffff" },
    secondary: { main: "#35506a" },
    success: { main: "#1f7a45" },
    warning: { main: "#8f5600" },
    error: { main: "#b3261e" },
    info: { main: "#1f5fa8" },
    background: { default: "#f4f7f8", paper: "#ffffff" },
    text: { primary: "#15222a", secondary: "#51626c" },
    divider: "#dde4e8",
  },
} satisfies ThemeOptions;

export const darkTheme = {
  ...shared,
  palette: {
    mode: "dark",
    primary: { main: "#63ccd5", dark: "#3aa9b3", light: "#93e0e6", contrastText: "#06282c" },
    secondary: { main: "#a9c0d6" },
    success: { main: "#6fcf93" },
    warning: { main: "#f0b755" },
    error: { main: "#ff8a80" },
    info: { main: "#8fbcf5" },
    background: { default: "#0d1418", paper: "#141d22" },
    text: { primary: "#e6edf0", secondary: "#a2b3bc" },
    divider: "#26333a",
  },
} satisfies ThemeOptions;
