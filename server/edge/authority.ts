import type { IncomingMessage } from "node:http";
import { isIP } from "node:net";
import type { Logger } from "pino";
import type { EdgeRefusal } from "../calls/refusal.ts";
import type { CallObserver } from "./call-observer.ts";
import type { Handler } from "./handler.ts";
import { cutLateBody } from "./late-body.ts";

/** What is known of the port that requests come to. */
export interface Addressing {
  /** Further names of this server; ".example.org" stands for all below it. */
  readonly allowedHosts: readonly string[];
  /** Whether a certificate has said whose the name is. */
  readonly isOverTls: boolean;
  readonly log: Logger;
  readonly observer?: Pick<CallObserver, "refused">;
}

/** Why a request is not answered. */
interface Refusal {
  readonly why: EdgeRefusal["why"];
  readonly status: 403 | 421;
  readonly words: string;
}

/**
 * Refuses what a browser was led to send here by a page from elsewhere: requests for
 * a name that is not this server's (DNS rebinding: the page's own name was made to
 * lead to this machine), and such as another origin makes. An address cannot be
 * rebound, loopback names lead here anyway, and over TLS the certificate has said
 * whose the name is. Clients that are no browsers send no Origin, and may call.
 */
export function onlyAddressed(handler: Handler, addressing: Addressing): Handler {
  return (request, response) => {
    const refusal = refusalOf(request, addressing);
    if (!refusal) {
      handler(request, response);
      return;
    }
    const { why, status, words } = refusal;
    addressing.observer?.refused({ why });
    cutLateBody(request, response);
    addressing.log.warn(
      { host: authorityOf(request), origin: request.headers.origin, status },
      "a request is refused",
    );
    response.writeHead(status, { "content-type": "text/plain; charset=utf-8" });
    response.end(`${words}\n`);
  };
}

function refusalOf(request: IncomingMessage, { allowedHosts, isOverTls }: Addressing): Refusal | undefined {
  const authority = authorityOf(request);
  // Without one it is a client of its own kind, which is told elsewhere that a name is missing.
  const name = authority === undefined ? undefined : hostIn(authority);
  if (name !== undefined && !isOverTls && !isOwn(name) && !isAllowed(name, allowedHosts)) {
    return {
      why: "other host",
      status: 421,
      words:
        "This server does not go by the name in the Host header. If it should, start it with --allowed-hosts and the name.",
    };
  }
  const { origin } = request.headers;
  if (origin === undefined || sameAuthority(origin, authority)) return undefined;
  const from = URL.canParse(origin) ? hostIn(new URL(origin).host) : "";
  if (from !== "" && isAllowed(from, allowedHosts)) return undefined;
  return {
    why: "other origin",
    status: 403,
    words:
      "This server does not answer pages of other origins. If this one is its own behind a proxy, start it with --allowed-hosts and the page's host name.",
  };
}

/** Undefined where there is none, or none that makes a URL: no browser sends that. */
function authorityOf({ headers }: IncomingMessage): string | undefined {
  const authority = headers[":authority"] ?? headers.host;
  return typeof authority === "string" && URL.canParse(`http://${authority}`) ? authority : undefined;
}

/** "Finder.Example.:8080" is of "finder.example". What would be a path of a URL is no part of it. */
function hostIn(authority: string): string {
  const [host = ""] = authority.split(/[/\\?#]/, 1);
  return host.replace(/:\d*$/, "").replace(/\.$/, "").toLowerCase();
}

function isOwn(host: string): boolean {
  return isIP(host.replace(/^\[|\]$/g, "")) !== 0 || host === "localhost" || host.endsWith(".localhost");
}

function isAllowed(host: string, allowedHosts: readonly string[]): boolean {
  return allowedHosts.some((allowed) =>
    allowed.startsWith(".") ? host.endsWith(allowed) : host === allowed,
  );
}

/** Whether a page of this origin calls the server that it came from. A proxy may have ended its TLS. */
function sameAuthority(origin: string, authority: string | undefined): boolean {
  if (authority === undefined || !URL.canParse(origin)) return false;
  const { protocol, host } = new URL(origin);
  // The port that goes without saying is left out there.
  const said = `${protocol}//${authority}`;
  return URL.canParse(said) && new URL(said).host === host;
}
