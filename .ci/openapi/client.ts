// A client as a vendor writes it: it compiles only while the documents give these answers their types.
import createClient from "openapi-fetch";
import type { components, paths } from "./node_modules/made/kumkm.d.ts";

const place = { baseUrl: "https://kumkm.example.go.id" };
const api = createClient<paths, "application/json" | "application/problem+json">(place);
const files = createClient<paths, "text/csv">(place);

// JSON.
export async function progress(): Promise<[string, number][]> {
  const { data, error } = await api.GET("/v1/progress/regions", { params: { query: { parent: "16.01" } } });
  if (error !== undefined) throw new Error(`${error.code}: ${error.detail}`);
  return data.items.map((each) => [each.region.code, each.entered]);
}

// The same as CSV.
export async function table(): Promise<string[]> {
  const { data } = await files.GET("/v1/progress/regions", { headers: { Accept: "text/csv" }, parseAs: "text" });
  return data === undefined ? [] : data.split("\r\n");
}

// A row of the feed.
type Change = components["schemas"]["FeedOut"]["items"][number];

export function name(change: Change): string | undefined {
  return "business" in change ? change.business.name ?? undefined : undefined;
}

export async function feed(): Promise<string[]> {
  const { data } = await api.GET("/v1/feed", { params: { query: { limit: 2 } } });
  return (data?.items ?? []).map((change) => `${change.kind} ${name(change) ?? ""}`);
}

// An outcome of a later version is a text like any other.
type Line = components["schemas"]["ItemReceipt"];

export function keeps(line: Line): boolean {
  switch (line.outcome) {
    case "accepted":
    case "updated":
    case "unchanged":
    case "duplicate":
      return line.client_action !== "purge";
    default:
      return true;
  }
}

export const later: Line = {
  record_id: null, revision: null, outcome: "of_a_later_version", client_action: "of_a_later_version",
  business_id: null, matched_on: [], warnings: [], errors: [],
};
