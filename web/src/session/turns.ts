// A frame has 16 ms. The rest is for showing what has arrived, and for what a person presses.
const turnMs = 8;

/**
 * Lets the event loop turn while a stream is read. One that keeps up would else be read
 * in a single turn: microtasks let nothing come between, no key, no drawing, no abort.
 */
export function takeTurns(): () => Promise<void> | undefined {
  let endsAt = 0;
  // The time that has passed since a turn ended may have been spent waiting for the stream.
  let timer: ReturnType<typeof setTimeout> | undefined;

  function begin(): void {
    endsAt = performance.now() + turnMs;
    clearTimeout(timer);
    timer = setTimeout(() => {
      timer = undefined;
    });
  }

  return () => {
    // The timer has fired: the loop has turned by itself.
    if (timer === undefined) begin();
    if (performance.now() < endsAt) return undefined;
    return nextTurn().then(begin);
  };
}

/** Unlike a timer, a message is not slowed down in a tab that nobody looks at. */
function nextTurn(): Promise<void> {
  const { port1, port2 } = new MessageChannel();
  return new Promise((resolve) => {
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(undefined);
  });
}
