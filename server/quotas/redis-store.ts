import { Redis } from "ioredis";
import type { Quota, Taken, Wish } from "./quota.ts";
import { takeScript } from "./take-script.ts";

/** Thrown where what answers is not a store that can count. */
export class StoreSpeaksNonsense extends Error {}

/** A connection that says nothing for so long while something is asked is given up, and made anew. */
const silenceMs = 5000;
const reconnectMs = 500;

const command = "hashFinderTake";

/** Buckets in Redis or Valkey, which servers share. It answers late or not at all where the store is gone. */
export class RedisStore {
  readonly #redis: Redis;
  /** What the connection last said of itself: a command only hears that it is closed. */
  #said: Error | undefined;

  /** @param url redis:// or rediss://, with user, password and database where they are needed */
  constructor(url: string) {
    this.#redis = new Redis(url, {
      lazyConnect: true,
      // What is not answered is not sent again: it may have been done.
      autoResendUnfulfilledCommands: false,
      enableOfflineQueue: false,
      maxRetriesPerRequest: 0,
      // It asks for nothing but the one script.
      enableReadyCheck: false,
      disableClientInfo: true,
      socketTimeout: silenceMs,
      connectTimeout: silenceMs,
      retryStrategy: () => reconnectMs,
    });
    this.#redis.defineCommand(command, { numberOfKeys: 1, lua: takeScript });
    this.#redis.on("error", (error: Error) => {
      this.#said = error;
    });
  }

  /**
   * Connects, and sees that it is a store that can count.
   *
   * @throws the platform's error with a code, or the store's own without one:
   * also one that ioredis goes on after, such as of a database that is not there
   */
  async check(): Promise<void> {
    try {
      await this.#redis.connect();
      await this.take({ of: "searches", capacity: 1, perSecond: 1 }, "nobody", { least: 0, most: 0 });
    } catch (error) {
      throw this.#said ?? error;
    }
    if (this.#said) throw this.#said;
  }

  /**
   * @throws StoreSpeaksNonsense, or whatever ioredis throws
   */
  async take(quota: Quota, client: string, { least, most }: Wish): Promise<Taken> {
    const { of, capacity, perSecond } = quota;
    const take = Reflect.get(this.#redis, command) as (...values: (string | number)[]) => Promise<unknown>;
    const answer = await take.call(
      this.#redis,
      `hash-finder:${of}:${client}`,
      capacity,
      perSecond,
      least,
      most,
    );
    return takenOf(answer, most);
  }

  close(): void {
    this.#redis.disconnect();
  }
}

function takenOf(answer: unknown, most: number): Taken {
  const [granted, left] = Array.isArray(answer) ? answer : [];
  const amount = typeof left === "string" ? Number(left) : Number.NaN;
  if (Number.isSafeInteger(granted) && granted <= Math.max(0, most) && Number.isFinite(amount)) {
    return { granted, left: amount };
  }
  throw new StoreSpeaksNonsense(`it answers ${JSON.stringify(answer).slice(0, 40)}`);
}
