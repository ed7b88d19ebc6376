// What the pages of groups ask of the hub.
import { useQuery } from "@tanstack/react-query";
import { ApiFault, callApi, say } from "@thalamus/sdk/ui";
import type {
  GetGroupOptionsAnswer,
  GroupInfo,
  ListGroupReportsAnswer,
  ListGroupsAnswer,
  ListStudiesAnswer,
  PreviewGroupReportAnswer,
} from "../api.gen.ts";

const useAnswer = <T>(name: readonly string[], path: string, query: Record<string, string | number> = {}) =>
  useQuery({
    queryKey: ["groups", ...name, query],
    queryFn: ({ signal }) => callApi<T>(path, { query, signal }),
  });

export const useGroups = (page: number) =>
  useAnswer<ListGroupsAnswer>(["list"], "/api/groups", { page, perPage: 25 });
/** For fields that offer groups. */
export const useAllGroups = () => useAnswer<ListGroupsAnswer>(["all"], "/api/groups", { perPage: 100 });
export const useGroupOptions = () => useAnswer<GetGroupOptionsAnswer>(["options"], "/api/group-options");
export const useGroup = (id: string) => useAnswer<GroupInfo>(["one", id], `/api/groups/${id}`);
export const useReports = (id: string) =>
  useAnswer<ListGroupReportsAnswer>(["reports", id], `/api/groups/${id}/reports`);
export const usePreview = (id: string) =>
  useAnswer<PreviewGroupReportAnswer>(["preview", id], `/api/groups/${id}/preview`, { limit: 100 });
export const useMembers = (group: string, page: number) =>
  useAnswer<ListStudiesAnswer>(["members", group], "/api/studies", { group, page, perPage: 25 });
export const useNewestStudies = () =>
  useAnswer<ListStudiesAnswer>(["newest"], "/api/studies", { perPage: 100 });

/** What went wrong, in words for people. */
export const wordsOf = (fault: unknown): string =>
  fault instanceof ApiFault ? fault.message : say("That did not work. Try it again.");
