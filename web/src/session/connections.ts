/** Gives connections to calls that stay open, where the browser has few of them. */
export interface Connections {
  /**
   * Waits in line for a connection and holds it until the signal aborts. `onWait`
   * is called when none is free. Answers false when the signal aborts first.
   */
  hold(signal: AbortSignal, onWait: () => void): Promise<boolean>;
}
