// The viewer of images, for the console and the portals; loaded with the page that shows one.
export { type FrameLook, frameAddress, type ValueWindow, type WindowChoice } from "./frame-address.ts";
export { FrameViewer, type FrameViewerProps } from "./frame-viewer.tsx";
export { SeriesStrip, type ViewerSeries } from "./series-strip.tsx";
export type { WindowPreset } from "./viewer-bar.tsx";
