import type { QuotaLimits } from "../../server/calls/limits.ts";
import { MemoryStore } from "../../server/quotas/memory-store.ts";
import type { QuotaStore } from "../../server/quotas/quota-store.ts";
import { noQuotas, Quotas } from "../../server/quotas/quotas.ts";

/** Quotas that a test sets; any number of all others. */
export function quotasOf(limits: Partial<QuotaLimits> = {}, store: QuotaStore = new MemoryStore()): Quotas {
  return new Quotas({ ...noQuotas, ...limits }, store);
}
