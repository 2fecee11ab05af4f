import type { Logger } from "pino";
import type { Handler } from "../edge/handler.ts";
import type { Metrics } from "./metrics.ts";

/** Answers `GET /metrics`, and nothing else. */
export function metricsPage(metrics: Pick<Metrics, "text">, log: Logger): Handler {
  return (request, response) => {
    const isAsked = (request.url ?? "").split("?", 1)[0] === "/metrics";
    if (!isAsked || request.method !== "GET") {
      response.writeHead(404, { "content-type": "text/plain; charset=utf-8" });
      response.end("The metrics are at /metrics.\n");
      return;
    }
    metrics.text().then(
      ({ text, contentType }) => {
        response.writeHead(200, { "content-type": contentType, "cache-control": "no-store" });
        response.end(text);
      },
      (error: unknown) => {
        // Such as no file descriptor to read the memory from: that must not end the process.
        log.error({ err: error }, "the metrics cannot be read");
        response.writeHead(500, { "content-type": "text/plain; charset=utf-8" });
        response.end("The metrics cannot be read now.\n");
      },
    );
  };
}
