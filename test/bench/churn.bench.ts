// Receiving from senders that open a new association for every object, four at a time.
import type { Bench } from "./kit/bench-definition.ts";
import { measureReceivers } from "./receive/measure-receivers.ts";

const AT_ONCE = 4;

const bench: Bench = {
  name: "churn",
  purpose: "C-STORE of MR images, each over an association of its own",
  run: (place) => measureReceivers(place, { associations: [AT_ONCE], churn: true }),
};
export default bench;
