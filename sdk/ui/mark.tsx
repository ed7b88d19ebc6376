// The product's mark: a relay in the middle of its paths.
import { SvgIcon, type SvgIconProps } from "@mui/material";

export function Mark(props: SvgIconProps) {
  return (
    <SvgIcon viewBox="0 0 32 32" {...props}>
      <g fill="none" stroke="currentColor" strokeWidth="2.6" strokeLinecap="round">
        <path d="M4 8c6 0 6 8 12 8" />
        <path d="M4 24c6 0 6-8 12-8" />
        <path d="M16 16h12" />
      </g>
      <circle cx="16" cy="16" r="5" fill="currentColor" />
      <circle cx="4" cy="8" r="2.6" fill="currentColor" />
      <circle cx="4" cy="24" r="2.6" fill="currentColor" />
      <circle cx="28" cy="16" r="2.6" fill="currentColor" />
    </SvgIcon>
  );
}
