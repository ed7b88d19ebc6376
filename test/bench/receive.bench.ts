// Receiving: MR images over 1, 4 and 16 associations into this hub, dcmtk, Orthanc and a bare sink.
import type { Bench } from "./kit/bench-definition.ts";
import { measureReceivers } from "./receive/measure-receivers.ts";

const bench: Bench = {
  name: "receive",
  purpose: "C-STORE of MR images, durable before success, against peers and the bare disk",
  run: (place) => measureReceivers(place, { associations: place.options.associations, churn: false }),
};
export default bench;
