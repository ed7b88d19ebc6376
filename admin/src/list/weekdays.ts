// Names of the days, by their numbers in cron.
import { phrase } from "@thalamus/sdk/ui";

export const WEEKDAYS = [
  phrase("Sunday"),
  phrase("Monday"),
  phrase("Tuesday"),
  phrase("Wednesday"),
  phrase("Thursday"),
  phrase("Friday"),
  phrase("Saturday"),
] as const;
