import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { Ready, Red, RunAnswer, RunRequest, Started } from "./messages.ts";
import { manifestVariable } from "./shared-state.ts";

const preload = new URL("./preload.ts", import.meta.url).href;
const runner = fileURLToPath(new URL("./runner.ts", import.meta.url));
// For what a test leaves to be cleaned up.
const cleaningMs = 500;

export type Answer = Omit<RunAnswer, "type"> | { readonly red: Red };

/** A process that runs tests, replaced when it hangs, dies or is not clean any more. */
export class RunnerProcess {
  readonly #manifest: string;
  #child: ChildProcess | undefined;

  constructor(manifest: string) {
    this.#manifest = manifest;
    process.once("exit", () => this.end());
  }

  /**
   * A process is killed, which counts as red, when a test, or what comes before
   * the first, takes longer than it may.
   */
  async run(request: RunRequest, limitMsOf: (test: string | undefined) => number): Promise<Answer> {
    this.#child ??= await this.#start();
    const child = this.#child;
    const answered = Promise.withResolvers<Answer>();
    const ready = Promise.withResolvers<boolean>();
    const died = (): void => {
      answered.resolve({ red: { test: "", message: "the process ended" } });
      ready.resolve(false);
    };
    let timer: NodeJS.Timeout | undefined;
    const begin = (test: string | undefined): void => {
      clearTimeout(timer);
      const limitMs = limitMsOf(test);
      timer = setTimeout(() => {
        const message = `not done within ${Math.round(limitMs)} ms`;
        answered.resolve({ red: { test: test ?? "", message, isLate: true } });
        ready.resolve(false);
      }, limitMs);
    };
    const onMessage = (message: RunAnswer | Ready | Started): void => {
      if (message.type === "ready") ready.resolve(message.isClean);
      else if (message.type === "started") begin(message.test);
      else answered.resolve(message);
    };
    child.on("message", onMessage).once("exit", died);
    child.send(request);
    begin(undefined);
    const answer = await answered.promise;
    clearTimeout(timer);
    const cleaning = setTimeout(() => ready.resolve(false), cleaningMs);
    const isClean = await ready.promise;
    clearTimeout(cleaning);
    child.off("message", onMessage).off("exit", died);
    if (!isClean) this.end();
    return answer;
  }

  end(): void {
    this.#child?.kill("SIGKILL");
    this.#child = undefined;
  }

  async #start(): Promise<ChildProcess> {
    const child = fork(runner, {
      execArgv: ["--import", preload, "--disable-warning=ExperimentalWarning"],
      env: { ...process.env, [manifestVariable]: this.#manifest },
      stdio: ["ignore", "ignore", "ignore", "ipc"],
    });
    await once(child, "message");
    return child;
  }
}
