// Images for people: one frame as a picture that a browser shows.
export { CannotRender, type CannotRenderReason } from "./cannot-render.ts";
export type { PictureFormat } from "./encode-picture.ts";
export * from "./render-frame.ts";
export { shownFrameCount } from "./shown-frames.ts";
export type { Window } from "./window.ts";
