import type { Logger } from "pino";
import { messageOf } from "./calls/message-of.ts";
import { ConfigError } from "./options/config-error.ts";
import type { QuotaConfig } from "./options/quotas.ts";
import { MemoryStore } from "./quotas/memory-store.ts";
import type { QuotaStore } from "./quotas/quota-store.ts";
import { SharedStore } from "./quotas/shared-store.ts";

const startMs = 2000;

/**
 * Where clients' quotas are kept: in this process, or in a store that answers.
 *
 * @throws ConfigError when it does not; where searches are to go on without it,
 * only when what answers is no such store
 */
export async function quotaStoreOf({ store, whenDown }: QuotaConfig, log: Logger): Promise<QuotaStore> {
  if (store === undefined) return new MemoryStore();
  // Loaded only where it is used.
  const { RedisStore } = await import("./quotas/redis-store.ts");
  const redis = new RedisStore(store);
  const { promise: late, reject } = Promise.withResolvers<never>();
  const silence = Object.assign(new Error(`no answer within ${startMs / 1000} s`), { code: "ETIMEDOUT" });
  const timer = setTimeout(() => reject(silence), startMs);
  try {
    await Promise.race([redis.check(), late]);
    return new SharedStore(redis, { whenDown, log });
  } catch (error) {
    if (whenDown === "allow" && isUnreachable(error)) {
      return new SharedStore(redis, { whenDown, log, gone: error });
    }
    redis.close();
    const way = isUnreachable(error)
      ? "Start it first, or start with --quota-store-down allow"
      : "Give the address of a Redis or Valkey server, with its password and database";
    // Not the address itself: it may have a password.
    throw new ConfigError(`--quota-store cannot be used: ${messageOf(error).split("\n", 1)[0]}. ${way}.`);
  } finally {
    clearTimeout(timer);
  }
}

/** Whether the platform says that nobody is there. What answers and is no store is another matter. */
function isUnreachable(error: unknown): boolean {
  return error instanceof Error && "code" in error;
}
