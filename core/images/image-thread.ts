// A thread that reads images and makes pictures of them, so that the hub goes on receiving meanwhile.
import { parentPort } from "node:worker_threads";
import { MalformedDataset, openSource, TruncatedDataset } from "@thalamus/sdk/dicom";
import { CannotRender, type OpenImage, openImage, renderFrame } from "@thalamus/sdk/dicom/picture";
import { listElements } from "./element-list.ts";
import { imageFacts } from "./image-facts.ts";
import type { ImageAnswer, ImageTask, ImageWork, ImageYield } from "./image-work.ts";

/** The image that was shown last: who looks at one frame of it looks at the next one, too. */
let last: { readonly path: string; readonly image: OpenImage } | undefined;

const WORK: { readonly [K in keyof ImageWork]: (work: ImageWork[K]) => Promise<ImageYield[K]> } = {
  render: ({ path, options }) =>
    withFile(path, async (file) => {
      if (last?.path !== path) last = { path, image: await openImage(file) };
      return renderFrame(file, last.image, options);
    }),
  facts: ({ paths }) =>
    Promise.all(paths.map((path) => withFile(path, imageFacts).catch((error) => noFacts(error)))),
  elements: ({ path, patient, revealed }) =>
    withFile(path, (file) => listElements(file, { patient, revealed: new Set(revealed) })),
};

/** What cannot be read is counted, and the others are shown. */
function noFacts(error: unknown): null {
  if (answerOf(error).kind === "bug") throw error;
  return null;
}

async function withFile<T>(
  path: string,
  work: (file: ReturnType<typeof openSource>) => Promise<T>,
): Promise<T> {
  const file = openSource(path);
  try {
    return await work(file);
  } finally {
    file.close();
  }
}

function answerOf(error: unknown): ImageAnswer {
  if (error instanceof CannotRender) {
    return { kind: "refused", reason: error.reason, message: error.message };
  }
  if (error instanceof MalformedDataset || error instanceof TruncatedDataset) {
    return { kind: "refused", reason: "damaged", message: "The file of the image is damaged." };
  }
  const { syscall, stack = "" } = error as NodeJS.ErrnoException;
  // the text of a file system's error names the path
  if (syscall !== undefined) {
    return { kind: "refused", reason: "unreadable", message: "The file of the image cannot be read." };
  }
  return { kind: "bug", stack };
}

async function answer({ kind, work }: ImageTask): Promise<ImageAnswer> {
  try {
    return { kind: "done", value: await WORK[kind](work as never) };
  } catch (error) {
    return answerOf(error);
  }
}

parentPort?.on("message", (task: ImageTask) => {
  void answer(task).then((found) => parentPort?.postMessage(found));
});
parentPort?.postMessage("ready");
