// Updates of the hub: what runs, what is new, what an update would interrupt, and how one goes.
import SyncOutlined from "@mui/icons-material/SyncOutlined";
import SystemUpdateAltOutlined from "@mui/icons-material/SystemUpdateAltOutlined";
import { Alert, Box, Typography } from "@mui/material";
import { ErrorState, fileSize, Late, MONO, phrase, say, TimeText } from "@thalamus/sdk/ui";
import { useState } from "react";
import { useAct } from "../acts/act.ts";
import { ActButton } from "../acts/act-button.tsx";
import { NOT_ALLOWED, useMay } from "../acts/permission.ts";
import type { GetUpdatesAnswer, UpdateInfo } from "../api.gen.ts";
import { PageSection } from "../layout/page-section.tsx";
import { ListSkeleton } from "../list/list-skeleton.tsx";
import { useReading } from "../list/reading.ts";
import { useReloadWithNewVersion } from "./reload-with-version.ts";
import { UpdateDialog } from "./update-dialog.tsx";
import { UpdateProgress } from "./update-progress.tsx";
import { isUnderWay } from "./update-words.ts";
import { UploadRelease } from "./upload-release.tsx";

/** While the hub is away nobody announces anything. */
const LOOK_MS = { underWay: 1500, idle: 30_000 } as const;

export function UpdatesTab() {
  const { data, error, refetch } = useReading<GetUpdatesAnswer>("updates", "/api/updates", {
    everyMs: (known) => (isUnderWay(known?.update) ? LOOK_MS.underWay : LOOK_MS.idle),
  });
  useReloadWithNewVersion(data);
  if (data && isUnderWay(data.update)) return <UpdateProgress update={data.update} away={error !== null} />;
  return (
    <>
      {error && (
        <ErrorState
          title={say("The updates could not be read")}
          error={error}
          onRetry={() => void refetch()}
        />
      )}
      {!data && !error && (
        <Late>
          <ListSkeleton rows={3} />
        </Late>
      )}
      {data?.update && <UpdateProgress update={data.update} away={false} />}
      {data && <Versions updates={data} />}
    </>
  );
}

function Versions({ updates }: { readonly updates: UpdateInfo }) {
  const { version, newer, hasFeed, checkedAt, problem, updater } = updates;
  const may = useMay();
  const { busy, problem: failed, run } = useAct();
  const whyNot = may("updates.apply") ? "" : NOT_ALLOWED;
  const noFeed = hasFeed ? "" : say("The configuration names no release feed (updates.feed).");
  const check = () =>
    run(async (call) => {
      const found = await call<GetUpdatesAnswer>("/api/updates/check", { method: "POST" });
      return found.newer
        ? say("Version %{version} is there.", { version: found.newer.version })
        : say("This is the newest version.");
    });
  return (
    <PageSection
      title={say("Versions")}
      action={
        <ActButton
          startIcon={<SyncOutlined />}
          loading={busy}
          whyNot={whyNot || noFeed}
          onAct={() => void check()}
        >
          {say("Check for updates")}
        </ActButton>
      }
    >
      <Box sx={{ display: "grid", gap: 1.5, p: 2 }}>
        <Box component="dl" sx={FACTS}>
          <dt>{say("This hub")}</dt>
          <dd>{say("Version %{version}", { version })}</dd>
          <dt>{say("Newest")}</dt>
          <dd>
            {newer
              ? say("Version %{version} of %{date}", { version: newer.version, date: newer.date })
              : newestWords(hasFeed, checkedAt)}
          </dd>
          {checkedAt !== null && (
            <>
              <dt>{say("Looked at")}</dt>
              <dd>
                <TimeText at={checkedAt} />
              </dd>
            </>
          )}
        </Box>
        {(failed || problem) !== "" && <Alert severity="warning">{failed || problem}</Alert>}
        {newer && <NewRelease updates={updates} release={newer} whyNot={whyNot} />}
        {updates.canUpload && <UploadRelease whyNot={whyNot} />}
        {updater === "none" && !newer && (
          <Typography sx={{ color: "text.secondary", fontSize: "0.875rem" }}>
            {say(
              "This hub is updated by hand. With updates.updater in the configuration it can do it by itself.",
            )}
          </Typography>
        )}
      </Box>
    </PageSection>
  );
}

interface NewReleaseProps {
  readonly updates: UpdateInfo;
  readonly release: NonNullable<UpdateInfo["newer"]>;
  readonly whyNot: string;
}

function NewRelease({ updates, release, whyNot }: NewReleaseProps) {
  const [asking, setAsking] = useState(false);
  const { version, notes, bytes, offline, commands } = release;
  return (
    <Box component="section" aria-label={say("Version %{version}", { version })} sx={RELEASE}>
      <Typography variant="h3">{say("What is new in %{version}", { version })}</Typography>
      <Box sx={{ whiteSpace: "pre-wrap" }}>{notes === "" ? say("Nothing was written down.") : notes}</Box>
      <Box sx={{ color: "text.secondary", fontSize: "0.875rem" }}>
        {offline ? say("Uploaded as a file.") : say("About %{size} to fetch.", { size: fileSize(bytes) })}{" "}
        {say("It takes about five minutes. Studies, results, settings and accounts are kept.")}
      </Box>
      {commands.length > 0 ? (
        <>
          <Typography>{say("This hub is updated by hand. Make a backup first, then:")}</Typography>
          <Box component="pre" aria-label={say("Commands of the update")} tabIndex={0} sx={COMMANDS}>
            {commands.join("\n")}
          </Box>
        </>
      ) : (
        <Box>
          <ActButton
            variant="contained"
            startIcon={<SystemUpdateAltOutlined />}
            whyNot={whyNot || (updates.updater === "none" ? phrase("This hub is updated by hand.") : "")}
            onAct={() => setAsking(true)}
          >
            {say("Update to %{version}", { version })}
          </ActButton>
        </Box>
      )}
      {asking && <UpdateDialog updates={updates} version={version} onClose={() => setAsking(false)} />}
    </Box>
  );
}

function newestWords(hasFeed: boolean, checkedAt: string | null): string {
  if (!hasFeed) return say("not known: the configuration names no release feed");
  return checkedAt === null ? say("not looked for yet") : say("this is the newest version");
}

const FACTS = {
  display: "grid",
  gridTemplateColumns: "auto 1fr",
  gap: "4px 16px",
  m: 0,
  "& dt": { color: "text.secondary" },
  "& dd": { m: 0 },
} as const;

const RELEASE = {
  display: "grid",
  gap: 1.25,
  p: 2,
  border: 1,
  borderColor: "divider",
  borderRadius: 1.5,
} as const;

const COMMANDS = {
  m: 0,
  p: 1.5,
  overflow: "auto",
  fontFamily: MONO,
  fontSize: "0.8125rem",
  borderRadius: 1,
  bgcolor: "action.hover",
} as const;
