/** The other tabs of this browser that show the history. */
export interface OtherTabs {
  /** Says to them that what is kept has changed. */
  tell(): void;
  /** Calls back when one of them says so. */
  hear(changed: () => void): void;
}

export function otherTabs(): OtherTabs {
  const channel = new BroadcastChannel("hash-finder history");
  return {
    tell: () => channel.postMessage(undefined),
    hear(changed) {
      channel.onmessage = changed;
    },
  };
}
