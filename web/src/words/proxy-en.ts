/** What is said of a call that a proxy ended, in English. */
export const proxyEn = {
  language: "en",
  timeout: (limit: string | undefined) =>
    `The proxy in front of the server ended the call: 504, its timeout. It must be set longer than ${
      limit === undefined ? "the server's time limit" : `the server's time limit of ${limit}`
    }.`,
  noServer: (status: number) =>
    `The proxy in front of the server ended the call: ${status}, it does not reach the server.`,
  other: (status: number) => `The proxy in front of the server ended the call: ${status}.`,
  stopped: "The server had then stopped this search.",
  joined: (first: string, second: string) => `${first} ${second}`,
};
