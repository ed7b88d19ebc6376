// What the desk says when it refuses: one sentence for each code, which tells what to do and nothing of the request.
import { DeskRefusal, type DeskRefusalCode } from "@thalamus/sdk";

const WORDS: Readonly<Record<DeskRefusalCode, string>> = {
  "desk.unknown-order": "There is no such order. Look its id up in the list of your orders.",
  "desk.expired": "The order has expired: its data and results are gone. Place a new one.",
  "desk.not-yours": "The order is another member's. Ask with that member's key, or with one of an admin.",
  "desk.unknown-product": "Your organisation cannot order a product of this name. Ask which products it has.",
  "desk.no-uses-left": "Nothing is left of what this key may run. Ask for more, and try again then.",
  "desk.product-mismatch": "All orders of a batch have just its products. Order these, or use another batch.",
  "desk.unknown-batch": "Your organisation has no such batch. Make it first.",
  "desk.study-name-taken": "Another order of your organisation has this study name. Choose another one.",
  "desk.bad-metadata": "An age is like 048Y or 48, and no value holds control characters or a backslash.",
  "desk.too-late": "It is too late for this: the order has its data, or it has ended. Place a new one.",
  "desk.no-data": "The order has no data yet. Upload a data set first.",
  "desk.quality-not-ready": "The checks are not through with the data. Ask again in a moment.",
  "desk.not-ready": "There is no result yet. Ask again later.",
  "desk.no-such-report": "The order has no such report. Ask for the list of its results.",
  "desk.unknown-upload": "There is no such upload, or it is over. Begin one.",
  "desk.part-missing": "A part of the upload is not here. Send it, and complete the upload then.",
  "desk.part-differs":
    "A part is not what was announced: its size, its SHA-256 or its ETag differ. Send it again.",
  "desk.too-large": "This is larger than an order may be. Split the data set into several orders.",
  "desk.bad-address": "This address takes nothing, or no longer. Ask for a new one.",
  "desk.no-space": "Too little disk space is free. Try again later.",
  "desk.busy": "Too many orders of your organisation wait for their data. Finish or cancel some.",
};

/** @param message instead of the usual sentence */
export const refused = (code: DeskRefusalCode, message: string = WORDS[code]): DeskRefusal =>
  new DeskRefusal(code, message);
