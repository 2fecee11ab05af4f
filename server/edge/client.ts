import type { IncomingMessage } from "node:http";
import { parse as parseForwarded } from "forwarded-parse";
import ipaddr from "ipaddr.js";

type Address = ipaddr.IPv4 | ipaddr.IPv6;

/** Proxies whose word on who called them counts. */
export type Network = readonly [address: Address, bits: number];

/** What the connection and its headers say of who calls. */
export type Caller = Pick<IncomingMessage, "headers"> & {
  readonly socket: { readonly remoteAddress?: string | undefined };
};

// Providers give a household or a machine a /64 at least: by single addresses,
// one caller would be 2^64 clients.
const ipv6Bytes = 8;

/**
 * Who calls: the address that limits and fair shares are counted by. Behind
 * trusted proxies the nearest address that is none of theirs; what cannot be
 * read ends the walk at the last address that could.
 */
export function clientOf({ socket, headers }: Caller, trusted: readonly Network[] = []): string {
  let client = addressIn(socket.remoteAddress);
  if (!client) return "unknown";
  if (isTrusted(client, trusted)) {
    for (const hop of hopsOf(headers)) {
      if (!hop) break;
      client = hop;
      if (!isTrusted(client, trusted)) break;
    }
  }
  return nameOf(client);
}

/**
 * Whose connection it is, by the address of its other end; undefined for a
 * trusted proxy's, which carries the calls of many clients.
 */
export function connectionClientOf(address: string, trusted: readonly Network[]): string | undefined {
  const peer = addressIn(address);
  if (!peer) return "unknown";
  return isTrusted(peer, trusted) ? undefined : nameOf(peer);
}

/**
 * Addresses and networks from a list such as "10.0.0.0/8, ::1".
 *
 * @throws Error when one of them is neither; its message is the one that is wrong
 */
export function networksIn(list: string): readonly Network[] {
  const texts = list.split(",").map((text) => text.trim());
  return texts.filter((text) => text !== "").map(networkIn);
}

function networkIn(text: string): Network {
  const [, address, bits] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  const parsed = readable(address ?? "");
  const most = parsed?.kind() === "ipv4" ? 32 : 128;
  if (!parsed || Number(bits ?? most) > most) throw new Error(text);
  return [parsed, Number(bits ?? most)];
}

function isTrusted(address: Address, trusted: readonly Network[]): boolean {
  return trusted.some(([network, bits]) => network.kind() === address.kind() && address.match(network, bits));
}

/**
 * The addresses that proxies were called from, the last one first; undefined
 * where it cannot be read. A proxy writes one of the two headers and passes the
 * other on as the caller sent it: where both are there, only what both say counts.
 */
function* hopsOf(headers: IncomingMessage["headers"]): Generator<Address | undefined> {
  const inOld = elementsOf(headers["x-forwarded-for"]);
  const inNew = elementsOf(headers.forwarded);
  const both = inOld.length > 0 && inNew.length > 0;
  for (let i = 0; i < Math.max(inOld.length, inNew.length); i++) {
    const old = addressIn(inOld[i]);
    const now = addressIn(forIn(inNew[i]));
    if (both && (!old || !now || nameOf(old) !== nameOf(now))) return;
    yield old ?? now;
  }
}

/** A header's elements, the last one first; each proxy adds one at the end. */
function elementsOf(header: string | readonly string[] | undefined): readonly string[] {
  const text = typeof header === "string" ? header : (header ?? []).join(",");
  return text === "" ? [] : text.split(",").reverse();
}

/**
 * RFC 7239's `for`. Each element is read by itself: what a caller has sent ahead
 * of a proxy's own must not make that one unreadable.
 */
function forIn(element: string | undefined): string | undefined {
  try {
    return element === undefined ? undefined : parseForwarded(element.trim())[0]?.for;
  } catch {
    return undefined;
  }
}

/** "192.0.2.1", "192.0.2.1:80", "2001:db8::1", "[2001:db8::1]" or "[2001:db8::1]:80". */
function addressIn(node: string | undefined): Address | undefined {
  const text = node?.trim() ?? "";
  const [, bracketed] = /^\[([^\]]+)\](?::\w+)?$/.exec(text) ?? [];
  const [, withPort] = /^([\d.]+):\w+$/.exec(text) ?? [];
  return readable(bracketed ?? withPort ?? text);
}

function readable(text: string): Address | undefined {
  // Not "10.1" or "0x7f000001", which the library takes for addresses too.
  if (!ipaddr.IPv6.isValid(text) && !ipaddr.IPv4.isValidFourPartDecimal(text)) return undefined;
  return ipaddr.process(text);
}

function nameOf(address: Address): string {
  if (address.kind() === "ipv4") return address.toString();
  const network = address.toByteArray().map((byte, i) => (i < ipv6Bytes ? byte : 0));
  return `${ipaddr.fromByteArray(network)}/${8 * ipv6Bytes}`;
}
