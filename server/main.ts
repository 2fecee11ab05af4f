import { type App, startApp } from "./app.ts";
import { type Config, configFrom, help } from "./config.ts";
import { openLog } from "./log.ts";
import { ConfigError } from "./options/config-error.ts";
import { pageIsBuilt } from "./pages.ts";

// npm passes a terminal's Ctrl-C on to a process that has heard it already:
// a second signal this soon is the same one.
const sameSignalMs = 500;

const config = configured();
const app = await started(config);
// Before anybody is told where it is: who starts it may send a signal at once.
closeOnSignals(app);
// A terminal that closes sends it too: where there is nothing to read again, it ends the server.
if (app.reload) process.on("SIGHUP", app.reload);
announce(config, app);

function configured(): Config {
  try {
    const config = configFrom(process.argv.slice(2), process.env);
    if (config === "help") {
      console.log(help());
      process.exit(0);
    }
    if (!config.dev && !pageIsBuilt()) {
      throw new ConfigError("The page has not been built. Start with npm start, or run npm run build first.");
    }
    return config;
  } catch (error) {
    if (error instanceof ConfigError) fail(error.message);
    throw error;
  }
}

async function started(config: Config): Promise<App> {
  try {
    return await startApp(config, openLog(config.logLevel));
  } catch (error) {
    if (error instanceof ConfigError) fail(error.message);
    const { code, port, address } = error as NodeJS.ErrnoException & { port?: number; address?: string };
    if (code === "EADDRINUSE") {
      fail(`Port ${port} is in use. Choose another with ${portFlag(config, port)}.`);
    }
    if (code === "EACCES") fail(`Port ${port} needs more rights. Choose one above 1023.`);
    if (code === "EADDRNOTAVAIL" || code === "ENOTFOUND") {
      const flag = hostFlag(config, address);
      fail(
        `The address ${address ?? config.host} is not one of this machine's. Choose another with ${flag}.`,
      );
    }
    throw error;
  }
}

/** The flag of a port that somebody else has. */
function portFlag({ scanPort, metricsPort }: Config, taken = 0): string {
  if (taken === scanPort) return "--scan-port";
  return taken === metricsPort ? "--metrics-port" : "--port or --grpc-port";
}

/** The flag of an address that this machine does not have. */
function hostFlag({ scanHost, metricsHost }: Config, address = ""): string {
  if (address === scanHost) return "--scan-host";
  return address === metricsHost ? "--metrics-host" : "--host";
}

function announce(
  { host, tls, tokens, limits, workers, scanHost, scanTls, metricsHost }: Config,
  { port, grpcPort, scanPort, metricsPort, kernel }: App,
): void {
  const shownHost = ["127.0.0.1", "0.0.0.0", "::", "::1"].includes(host) ? "localhost" : host;
  const number = new Intl.NumberFormat("en");
  const limit = (value: number | bigint, unit: string) =>
    value > 0 ? `${number.format(value)} ${unit}` : `any number of ${unit}`;
  console.log(`Hash Finder  ${tls ? "https" : "http"}://${shownHost}:${port}`);
  if (scanPort !== undefined) {
    const callers = scanTls ? "other servers with a certificate" : "other servers";
    console.log(`Scan port    ${scanHost}:${scanPort}, for ${callers}`);
  }
  if (metricsPort !== undefined) console.log(`Metrics      http://${metricsHost}:${metricsPort}/metrics`);
  console.log(`gRPC         ${shownHost}:${grpcPort}${tls ? ", over TLS" : ""}`);
  if (tokens) console.log(`Callers      ${number.format(tokens.value.length)} with tokens`);
  else if (tls?.value.ca !== undefined) console.log("Callers      those with a certificate");
  const speed = kernel.hashesPerSecond
    ? `, ${Math.round(kernel.hashesPerSecond / 1e6)} million hashes a second each`
    : "";
  console.log(`Workers      ${workers}, kernel ${kernel.name}${speed}`);
  console.log(
    `A search     ${limit(limits.maximumHashes, "hashes")}, ${limit(limits.maximumTimeMs / 1000, "seconds")}`,
  );
  console.log(
    `At once      ${limit(limits.maximumSearchesPerClient, "searches a client")}, ${limit(limits.maximumSearches, "searches in all")}, ${number.format(limits.maximumWaiting)} more in line`,
  );
  console.log(
    `Streams      ${limit(limits.maximumStreamsPerClient, "streams a client")}, ${limit(limits.maximumStreams, "streams in all")}`,
  );
}

function closeOnSignals(app: App): void {
  let firstAtMs: number | undefined;
  const onSignal = (signal: NodeJS.Signals): void => {
    if (firstAtMs !== undefined) {
      if (performance.now() - firstAtMs > sameSignalMs) process.exit(1);
      return;
    }
    firstAtMs = performance.now();
    console.log(`${signal}: telling callers and stopping. Once more to stop at once.`);
    // The process ends by itself when nothing is left; a leak would show.
    app.close().catch((error: unknown) => {
      console.error(error);
      process.exit(1);
    });
  };
  process.on("SIGINT", onSignal);
  process.on("SIGTERM", onSignal);
}

function fail(message: string): never {
  console.error(message);
  process.exit(1);
}
