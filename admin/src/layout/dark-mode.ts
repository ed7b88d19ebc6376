// The choice between light and dark; without one the system's choice counts.
import { useTheme } from "@mui/material/styles";
import { useTheme as useThemeChoice } from "react-admin";

export function useDarkMode(): { isDark: boolean; toggle: () => void } {
  const isDark = useTheme().palette.mode === "dark";
  const [, choose] = useThemeChoice();
  return { isDark, toggle: () => choose(isDark ? "light" : "dark") };
}
