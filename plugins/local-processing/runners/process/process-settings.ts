// Settings of products that run as processes.
import { type Static, Type } from "@thalamus/sdk";
import { group, runUser } from "../setting-kinds.ts";

const ISOLATION = ["available", "required", "none"] as const;

export const ProcessSettings = Type.Object(
  {
    user: runUser(
      "User and group of the products by number, for example 10001:10001; only for a hub that runs as root. Left out: " +
        "the hub's own.",
    ),
    isolation: Type.Unsafe<(typeof ISOLATION)[number]>(
      Type.Union(
        ISOLATION.map((one) => Type.Literal(one)),
        {
          title: "Isolation",
          description:
            "available: what this machine can enforce, the rest is said in the log; required: no product runs when " +
            "anything is missing; none: a process group and nothing else.",
          default: "available",
        },
      ),
    ),
  },
  {
    ...group,
    title: "Processes",
    description: "How products run as processes of this machine.",
    default: { isolation: "available" },
  },
);

export type ProcessSettings = Static<typeof ProcessSettings>;
