import { lookup } from "node:dns/promises";
import type { LookUp } from "./cluster/upstreams.ts";

/**
 * The addresses of a host, as the system knows them. A machine that has one of
 * each kind would be two upstreams: where there are IPv4 addresses, they alone count.
 */
export const lookUpAddresses: LookUp = async (host) => {
  const all = await lookup(host, { all: true });
  const ofVersion4 = all.filter(({ family }) => family === 4);
  return (ofVersion4.length > 0 ? ofVersion4 : all).map(({ address }) => address);
};
