// Tells a diagnostic result from a failure.
import ErrorOutlined from "@mui/icons-material/ErrorOutlined";
import TaskOutlined from "@mui/icons-material/TaskOutlined";
import { ToneChip } from "@thalamus/sdk/ui";
import type { ResultRow } from "../api.gen.ts";

export function KindChip({ kind }: Pick<ResultRow, "kind">) {
  return kind === "diagnostic" ? (
    <ToneChip tone="good" icon={TaskOutlined} word="Diagnostic" />
  ) : (
    <ToneChip tone="bad" icon={ErrorOutlined} word="Failure" />
  );
}
