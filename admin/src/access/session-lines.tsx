// Sessions as lines: whose, how they came in, from where, on what, when seen last, and the button that ends one.
import { Box, Button, Chip, Typography } from "@mui/material";
import { phrase, Since, say, sayWith } from "@thalamus/sdk/ui";
import type { ListSessionsAnswer } from "../api.gen.ts";

type OpenSession = ListSessionsAnswer["data"][number];

const DOORS: Readonly<Record<OpenSession["door"], string>> = {
  password: phrase("Password"),
  "break-glass": phrase("Emergency password"),
  saml: "SAML",
  oidc: "OpenID Connect",
};

export interface SessionLinesProps {
  readonly sessions: readonly OpenSession[];
  readonly onEnd: (id: string) => void;
  /** With the name of the account. */
  readonly named?: boolean;
}

export function SessionLines({ sessions, onEnd, named = false }: SessionLinesProps) {
  return (
    <Box component="ul" aria-label={say("Sessions")} sx={{ listStyle: "none", m: 0, p: 0 }}>
      {sessions.map(({ id, account, door, address, device, lastSeenAt, current }) => (
        <Box component="li" key={id} sx={LINE}>
          <Box sx={{ flex: 1, minWidth: 200 }}>
            <Typography sx={{ fontWeight: 600, overflowWrap: "anywhere" }}>
              {named ? `${account}, ` : ""}
              {deviceWords(device)} {current && <Chip size="small" color="primary" label={say("This one")} />}
            </Typography>
            <Box sx={{ color: "text.secondary", fontSize: "0.8125rem" }}>
              {sayWith("%{door}, from %{address}, last seen %{span} ago", {
                door: say(DOORS[door]),
                address,
                span: <Since at={lastSeenAt} />,
              })}
            </Box>
          </Box>
          {!current && (
            <Button
              size="small"
              aria-label={say("End the session of %{account} from %{address}", { account, address })}
              onClick={() => onEnd(id)}
            >
              {say("End")}
            </Button>
          )}
        </Box>
      ))}
    </Box>
  );
}

/** Enough to know one's own devices apart; the whole text of a browser says less. */
function deviceWords(device: string): string {
  const browser = /(Firefox|Edg|Chrome|Safari)\//.exec(device)?.[1];
  const system = /(Windows|Mac OS|Android|iPhone|iPad|Linux)/.exec(device)?.[1];
  if (browser === undefined) return device === "" ? say("Unknown device") : device.slice(0, 40);
  return `${browser === "Edg" ? "Edge" : browser}${system === undefined ? "" : say(" on %{system}", { system })}`;
}

const LINE = {
  display: "flex",
  flexWrap: "wrap",
  alignItems: "center",
  gap: "6px 14px",
  py: 1.25,
  "& + &": { borderTop: 1, borderColor: "divider" },
} as const;
