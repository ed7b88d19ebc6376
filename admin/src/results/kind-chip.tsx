// Tells a diagnostic result from a failure.
import ErrorOutlined from "@mui/icons-material/ErrorOutlined";
import TaskOutlined from "@mui/icons-material/TaskOutlined";
import { say, ToneChip } from "@thalamus/sdk/ui";
import type { ResultRow } from "../api.gen.ts";

export function KindChip({ kind }: Pick<ResultRow, "kind">) {
  return kind === "diagnostic" ? (
    <ToneChip tone="good" icon={TaskOutlined} word={say("Diagnostic")} />
  ) : (
    <ToneChip tone="bad" icon={ErrorOutlined} word={say("Failure")} />
  );
}
