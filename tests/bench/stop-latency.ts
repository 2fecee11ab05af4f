import { endless, webClients } from "../support/clients.ts";
import type { TestServer } from "../support/server.ts";
import { abortToIdle } from "./browser-abort.ts";
import { withBusyCores } from "./busy-cores.ts";
import { clickToProof } from "./click-to-proof.ts";
import type { Row } from "./row.ts";
import { withServer } from "./with-server.ts";

const quiet = { median: 10, p99: 50 };
const loaded = { median: 8, p99: 40 };

/** From a browser's Stop to idle workers and to the page's proof. */
export async function stopLatency(): Promise<Row[]> {
  return await withServer(async (server, browser) => [
    ...(await abortToIdle(browser, server, { call: "Find", goals: quiet })),
    ...(await abortToIdle(browser, server, { call: "FindRange", goals: quiet })),
    await clickToProof(browser, server, "first match"),
    await clickToProof(browser, server, "near misses"),
    ...(await withOtherSearches(server, () =>
      abortToIdle(browser, server, { call: "FindRange", load: "other searches at full load", goals: loaded }),
    )),
    ...(await withOtherSearches(server, () =>
      withBusyCores(() =>
        abortToIdle(browser, server, { call: "FindRange", load: "and other processes on every core" }),
      ),
    )),
  ]);
}

/** Few, so that the search that is stopped computes most of the time. */
async function withOtherSearches<T>(server: TestServer, run: () => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const { finder } = webClients(server);
  const others = [endless(), endless()].map((search) =>
    finder.find(search, { signal: controller.signal }).catch(() => {}),
  );
  try {
    return await run();
  } finally {
    controller.abort();
    await Promise.all(others);
  }
}
