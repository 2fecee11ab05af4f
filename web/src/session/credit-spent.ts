import { Ending } from "../../../proto/gen/hash_name/v1/search_report_pb.ts";
import type { SearchState } from "./search-state.ts";

/** Whether it was the client's hash credit that was spent, and not the search's budget. */
export function isCreditSpent({ report }: SearchState): boolean {
  return report?.ending === Ending.CREDIT;
}
