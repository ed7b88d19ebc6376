// A value that identifies the patient: covered until somebody asks, and covered again soon after.

import VisibilityOffOutlined from "@mui/icons-material/VisibilityOffOutlined";
import VisibilityOutlined from "@mui/icons-material/VisibilityOutlined";
import { Box, ButtonBase, CircularProgress, IconButton, Tooltip } from "@mui/material";
import {
  createContext,
  type MouseEvent,
  type ReactNode,
  useContext,
  useState,
  useSyncExternalStore,
} from "react";
import { say } from "./language.ts";
import { type PhiVault, SHOWN_MS } from "./phi-vault.ts";
import { phiText } from "./phi-words.ts";

const VaultContext = createContext<PhiVault | undefined>(undefined);

export function PhiProvider({ vault, children }: { readonly vault: PhiVault; readonly children: ReactNode }) {
  return <VaultContext value={vault}>{children}</VaultContext>;
}

export function usePhiVault(): PhiVault {
  const vault = useContext(VaultContext);
  if (!vault) throw new Error("PhiCell needs a PhiProvider around it");
  return vault;
}

/** Whether anything of anybody is uncovered now. */
export function useIsPhiShown(): boolean {
  const vault = usePhiVault();
  return useSyncExternalStore(vault.subscribe, () => vault.isShowing);
}

/** Until when all of the fields are shown; undefined while one of them is covered. */
function useShownUntil(studyId: string, fields: readonly string[]): number | undefined {
  const vault = usePhiVault();
  return useSyncExternalStore(vault.subscribe, () => {
    const ends = fields.map((field) => vault.value(studyId, field)?.until ?? 0);
    return Math.min(...ends, Number.MAX_SAFE_INTEGER) || undefined;
  });
}

export interface PhiCellProps {
  readonly studyId: string;
  /** Shown together, the first one larger. */
  readonly fields: readonly string[];
  /** Fields that hold a value at all, as the hub says. */
  readonly available: readonly string[];
  /** For the screen reader: "patient of study 1f0c2ab3". */
  readonly what: string;
}

export function PhiCell({ studyId, fields, available, what }: PhiCellProps) {
  const vault = usePhiVault();
  const held = fields.filter((field) => available.includes(field));
  const until = useShownUntil(studyId, held);
  const [state, setState] = useState<"" | "busy" | "failed">("");
  if (held.length === 0) {
    return (
      <Box component="span" sx={{ color: "text.secondary" }}>
        {say("none")}
      </Box>
    );
  }
  const act = (work: () => Promise<void> | void) => async (event: MouseEvent) => {
    // the row around the cell has its own click
    event.stopPropagation();
    setState("busy");
    try {
      await work();
      setState("");
    } catch {
      setState("failed");
    }
  };
  if (until === undefined) {
    const failed = state === "failed" ? say("It could not be read. ") : "";
    return (
      <Tooltip title={say("%{failed}Reveal for a minute; the journal keeps who looked", { failed })}>
        <ButtonBase
          aria-label={say("Reveal %{what}", { what })}
          onClick={act(() => vault.reveal(studyId, held))}
          sx={COVER}
        >
          <span aria-hidden>{failed === "" ? "••••••••" : say("not read")}</span>
          {state === "busy" ? (
            <CircularProgress size={14} color="inherit" />
          ) : (
            <VisibilityOutlined aria-hidden />
          )}
        </ButtonBase>
      </Tooltip>
    );
  }
  return (
    <Box component="span" sx={{ display: "inline-flex", alignItems: "center", gap: 0.5, maxWidth: "100%" }}>
      <Box component="span" sx={{ display: "inline-grid", minWidth: 0 }}>
        {held.map((field, index) => (
          <PhiLine
            key={field}
            field={field}
            value={vault.value(studyId, field)?.text ?? ""}
            minor={index > 0}
          />
        ))}
        <RunOut key={until} until={until} />
      </Box>
      <Tooltip title={say("Hide")}>
        <IconButton
          size="small"
          aria-label={say("Hide %{what}", { what })}
          onClick={act(() => vault.hide(studyId, held))}
        >
          <VisibilityOffOutlined sx={{ fontSize: 16 }} />
        </IconButton>
      </Tooltip>
    </Box>
  );
}

function PhiLine({ field, value, minor }: { field: string; value: string; minor: boolean }) {
  const small = minor ? { fontSize: "0.8125rem", color: "text.secondary" } : { fontWeight: 550 };
  return (
    <Box component="span" data-phi={field} sx={{ ...small, overflowWrap: "break-word" }}>
      {phiText(field, value)}
    </Box>
  );
}

function RunOut({ until }: { until: number }) {
  // fixed at the first render: another delay would make a running animation jump
  const [animationDelay] = useState(`${until - SHOWN_MS - Date.now()}ms`);
  return <Box component="span" aria-hidden sx={TIMER} style={{ animationDelay }} />;
}

const COVER = {
  gap: 0.75,
  minHeight: 26,
  px: 1,
  borderRadius: 1,
  fontSize: "0.8125rem",
  letterSpacing: "0.08em",
  color: "text.secondary",
  bgcolor: "action.hover",
  "&:hover, &.Mui-focusVisible": { bgcolor: "action.selected", color: "text.primary" },
  "&.Mui-focusVisible": { outline: "2px solid", outlineColor: "primary.main" },
  "& svg": { fontSize: 16 },
} as const;

/** A thin line that runs out with the time the value has left. */
const TIMER = {
  height: "2px",
  mt: "1px",
  bgcolor: "primary.main",
  opacity: 0.6,
  transformOrigin: "left",
  "@keyframes run-out": { from: { transform: "scaleX(1)" }, to: { transform: "scaleX(0)" } },
  animation: `run-out ${SHOWN_MS}ms linear forwards`,
  "@media (prefers-reduced-motion: reduce)": { animation: "none", visibility: "hidden" },
} as const;
