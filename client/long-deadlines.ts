import type { Interceptor } from "@connectrpc/connect";

/**
 * Says deadlines of more than 27 hours in seconds. gRPC's have at most eight digits
 * (PROTOCOL-HTTP2, "Timeout"); Connect's clients write milliseconds, however many,
 * which servers refuse as INVALID_ARGUMENT.
 */
export const longDeadlines: Interceptor = (next) => async (request) => {
  const [, ms] = /^(\d{9,})m$/.exec(request.header.get("grpc-timeout") ?? "") ?? [];
  if (ms !== undefined) request.header.set("grpc-timeout", `${Math.ceil(Number(ms) / 1000)}S`);
  return await next(request);
};
