// Reads lists and single rows from the hub's API in the words of react-admin.
import { callApi } from "@thalamus/sdk/ui";
import type { DataProvider, GetListParams, GetOneParams, QueryFunctionContext } from "react-admin";
import type {
  GetStatusAnswer,
  ListResultsAnswer,
  ListStudiesAnswer,
  ResultInfo,
  StudyInfo,
} from "./api.gen.ts";

/** One hub answers, so its status has one id. */
export const HUB = "hub";

/** A study with its whole story, under the id that react-admin wants. */
export type StudyStory = StudyInfo & { readonly id: string };
export type HubStatus = GetStatusAnswer & { readonly id: string };

type Reading = Pick<QueryFunctionContext, "signal">;

async function getList(resource: string, params: GetListParams & Reading) {
  const { page = 1, perPage = 25 } = params.pagination ?? {};
  const { field, order } = params.sort ?? { field: undefined, order: undefined };
  const query = { page, perPage, sort: field, order, ...(params.filter as Record<string, string>) };
  return callApi<ListStudiesAnswer | ListResultsAnswer>(`/api/${resource}`, { query, signal: params.signal });
}

async function getOne(resource: string, { id, signal }: GetOneParams & Reading) {
  switch (resource) {
    case "study-info": {
      const info = await callApi<StudyInfo>(`/api/study-info/${id}`, { signal });
      return { data: { ...info, id: info.study.id } satisfies StudyStory };
    }
    case "results":
      return { data: await callApi<ResultInfo>(`/api/results/${id}`, { signal }) };
    case "status":
      return {
        data: { ...(await callApi<GetStatusAnswer>("/api/status", { signal })), id: HUB } satisfies HubStatus,
      };
    default:
      throw new Error(`no single ${resource}`);
  }
}

const refuse = async (): Promise<never> => {
  throw new Error("the console does not change rows this way");
};

export const hubData = {
  getList,
  getOne,
  getMany: refuse,
  getManyReference: refuse,
  create: refuse,
  update: refuse,
  updateMany: refuse,
  delete: refuse,
  deleteMany: refuse,
  supportAbortSignal: true,
} as unknown as DataProvider;
