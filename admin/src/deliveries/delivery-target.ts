// The destinations of this hub as the console shows them, read once for all parts of a page.
import type { ListDestinationsAnswer } from "../api.gen.ts";
import { useReading } from "../list/reading.ts";

export type DestinationRow = ListDestinationsAnswer["data"][number];

export const useDestinations = () => useReading<ListDestinationsAnswer>("destinations", "/api/destinations");
