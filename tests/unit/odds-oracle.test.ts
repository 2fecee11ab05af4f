import assert from "node:assert/strict";
import { describe, type TestContext, test } from "node:test";
import type { Chance } from "../../client/odds/chance.ts";
import type { Oracle, Question } from "../../web/src/odds/odds.ts";

// Its types are those of browsers, which Node's do not know.
const { createWorkerOracle }: { createWorkerOracle(): Oracle } = await import(
  String(new URL("../../web/src/odds/worker-oracle.ts", import.meta.url))
);

describe("the browser's thread that computes chances", () => {
  test("is started at the first question, and answers all that follow", (t) => {
    const { oracle, threads, told } = page(t);
    assert.equal(threads.at(0), undefined);
    oracle.ask({ name: "a", distance: 0 }, told("a"), assert.fail);
    const [thread] = threads;
    assert.ok(thread && threads.length === 1);
    assert.match(String(thread.url), /\/odds\/worker\.ts$/);
    assert.deepEqual(thread.options, { type: "module" }, "it has imports");
    thread.answer({ low: 1, high: 2 });
    oracle.ask({ name: "b", distance: 3 }, told("b"), assert.fail);
    thread.answer({ low: 3, high: 4 });
    assert.equal(threads.length, 1);
    assert.deepEqual(thread.questions, [
      { name: "a", distance: 0 },
      { name: "b", distance: 3 },
    ]);
    assert.deepEqual(told.all, ["a 1 to 2", "b 3 to 4"], "each answer is of its own question");
  });

  test("is started anew after a failure, which is told once", (t) => {
    const { oracle, threads, told } = page(t);
    let failures = 0;
    oracle.ask({ name: "a", distance: 0 }, told("a"), () => failures++);
    threads[0]?.dispatchEvent(new Event("error"));
    assert.equal(failures, 1);
    assert.equal(threads[0]?.isTerminated, true);
    oracle.ask({ name: "a", distance: 0 }, told("a"), () => failures++);
    assert.equal(threads.length, 2);
    threads[1]?.answer({ low: 1, high: 1 });
    assert.deepEqual([told.all, failures], [["a 1 to 1"], 1]);
  });
});

/** A thread that answers when it is told to. */
class Thread extends EventTarget {
  readonly questions: Question[] = [];
  isTerminated = false;
  readonly url: URL;
  readonly options: object;
  constructor(url: URL, options: object) {
    super();
    this.url = url;
    this.options = options;
  }
  postMessage(question: Question): void {
    this.questions.push(question);
  }
  terminate(): void {
    this.isTerminated = true;
  }
  answer(data: Chance): void {
    this.dispatchEvent(new MessageEvent("message", { data }));
  }
}

/** An oracle on a page whose threads are in the test's hands. */
function page(t: TestContext) {
  const threads: Thread[] = [];
  class Listed extends Thread {
    constructor(url: URL, options: object) {
      super(url, options);
      threads.push(this);
    }
  }
  // Node has none under this name.
  Object.assign(globalThis, { Worker: Listed });
  t.after(() => Reflect.deleteProperty(globalThis, "Worker"));
  const all: string[] = [];
  const told = Object.assign(
    (name: string) =>
      ({ low, high }: Chance) =>
        void all.push(`${name} ${low} to ${high}`),
    { all },
  );
  return { oracle: createWorkerOracle(), threads, told };
}
