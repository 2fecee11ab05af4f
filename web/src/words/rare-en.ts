/** What is said of endings that are rare, in English. */
export const rareEn = {
  language: "en",
  timeout: (limit: string | undefined) =>
    `The proxy in front of the server ended the call: 504, its timeout. It must be set longer than ${
      limit === undefined ? "the server's time limit" : `the server's time limit of ${limit}`
    }.`,
  noServer: (status: number) =>
    `The proxy in front of the server ended the call: ${status}, it does not reach the server.`,
  other: (status: number) => `The proxy in front of the server ended the call: ${status}.`,
  stopped: "The server had then stopped this search.",
  credit: (hashes: string) =>
    `Your hash credit is spent: this search took ${hashes} hashes of it. It comes back with time; Continue then goes on from here.`,
  joined: (first: string, second: string) => `${first} ${second}`,
};
