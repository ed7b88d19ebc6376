// A person orders a product for a study that is here: one more, the first one, or one that was run before once again.
import { LockMode } from "@mikro-orm/core";
import type { MikroORM } from "@mikro-orm/postgresql";
import { Study } from "../database/entities/study.ts";
import { journal } from "../observe/journal.ts";
import type { Route } from "../steps/route.ts";

export interface OrderRequest {
  readonly studyId: string;
  readonly product: string;
  readonly actor: string;
  /** Whose order it is from then on. */
  readonly accountId: string;
}

export type OrderAnswer = "ordered" | "no-study" | "not-now" | "of-cloud" | "of-group";

/** @param route asked for by name only, so that a study gets the steps that any order has */
export async function orderProduct(
  orm: MikroORM,
  route: Pick<Route, "order">,
  { studyId, product, actor, accountId }: OrderRequest,
): Promise<OrderAnswer> {
  return orm.em.fork().transactional(async (em) => {
    const lockMode = LockMode.PESSIMISTIC_WRITE;
    const study = await em.findOne(Study, studyId, { lockMode, populate: ["group"] });
    if (!study) return "no-study";
    // who ordered over the cloud API says what is run
    if (study.owner !== "") return "of-cloud";
    // images still come in, or a person has to look first
    if (study.status === "receiving" || study.status === "held") return "not-now";
    if (study.group && !study.group.products.includes(product)) return "of-group";
    await journal(em, { event: "order.asked-for", studyId, actor, detail: { product } });
    await route.order(em, study, product, accountId);
    return "ordered";
  });
}
