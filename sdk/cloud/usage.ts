// What was run with which key: the usage report of the cloud API.
import { type Static, Type } from "typebox";

const Day = Type.String({ format: "date" });
const Uuid = Type.String({ format: "uuid" });

/** Query of `GET /usage`: both days included, UTC. */
export const UsageQuery = Type.Object({ from: Day, to: Day }, { additionalProperties: false });

/** Answer of `GET /usage`: of the token's key, or of all keys of the organisation for an admin key. */
export const CloudUsage = Type.Object({
  from: Day,
  to: Day,
  keys: Type.Array(
    Type.Object({
      key_id: Uuid,
      key_name: Type.String(),
      uses: Type.Array(
        Type.Object({ order_id: Uuid, product: Type.String(), at: Type.String({ format: "date-time" }) }),
      ),
    }),
  ),
});
export type CloudUsage = Static<typeof CloudUsage>;
