// A processing plugin whose other side refuses every study: what an upload ends with that cannot succeed.
import { defineProcess, eachStep, Permanent, Settings } from "@thalamus/sdk";

export default defineProcess({
  name: "refusing-process",
  title: "Refusing process",
  summary: "Refuses every order.",
  settings: Settings({}),
  needs: {},
  onInterrupted: "repeat",
  takes: "received",
  products: async () => ["far-away"],
  process: (steps$) =>
    steps$.pipe(
      eachStep(() =>
        Promise.reject(new Permanent("refusing-process.refused", "The other side takes no studies.")),
      ),
    ),
});
