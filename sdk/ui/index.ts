// The web kit that the console, the portals and plugin pages share; React and MUI, nothing else.
export { ApiFault, type ApiRequest, callApi } from "./call-api.ts";
export { CopyButton } from "./copy-button.tsx";
export { EmptyState } from "./empty-state.tsx";
export { ErrorBoundary } from "./error-boundary.tsx";
export { ErrorState } from "./error-state.tsx";
export { fileSize } from "./file-size.ts";
export type { HubUi, PluginPageProps } from "./hub-ui.ts";
export { language, locale, numberText, phrase, say, sayFault, sayOf, type Texts } from "./language.ts";
export { Late } from "./late.tsx";
export { type LiveChange, type LiveState, LiveStream, type LiveStreamOptions } from "./live-stream.ts";
export { Mark } from "./mark.tsx";
export { useNow } from "./now.ts";
export { PhiCell, PhiProvider, useIsPhiShown, usePhiVault } from "./phi-cell.tsx";
export { type PhiValue, PhiVault, type ReadManyPhi, type ReadPhi } from "./phi-vault.ts";
export { phiText, phiTitle } from "./phi-words.ts";
export { sayWith } from "./say-with.tsx";
export { ShortId, shortId } from "./short-id.tsx";
export { StateChip, StatusChip } from "./status-chip.tsx";
export {
  STATE_WORDS,
  STATUS_WORDS,
  type StatusName,
  type StepStateName,
  type Words,
} from "./status-words.ts";
export { darkTheme, lightTheme, MONO } from "./theme.ts";
export { Thumbnail, type ThumbnailProps } from "./thumbnail.tsx";
export { Since, TimeText } from "./time-text.tsx";
export { clockTime, durationWords, fullTime, timeFormat, utcTime } from "./time-words.ts";
export { type Tone, toneColors } from "./tone.ts";
export { ToneChip, type ToneChipProps } from "./tone-chip.tsx";
export { type FolderFile, virtualTar } from "./virtual-tar.ts";
