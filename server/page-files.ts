import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from "node:http";
import { extname, join } from "node:path";
import type { Handler } from "./edge/handler.ts";

/** A file as it travels in one coding. */
interface Coded {
  readonly etag: string;
  readonly headers: OutgoingHttpHeaders;
  readonly bytes: Buffer;
}

/** By the coding's name; "identity" is always there. */
type File = ReadonlyMap<string, Coded>;

const types: Readonly<Record<string, string>> = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".webmanifest": "application/manifest+json",
};

// What a build writes beside a file, the better one first.
const suffixes = { br: ".br", gzip: ".gz" } as const;

/**
 * Serves the files of a folder from memory, as they are now. A file that is read for
 * each answer takes a descriptor for as long as its reader does not read on, and of
 * these there are fewer than streams that clients may open.
 *
 * @param cacheControl of a file, by its path: "/assets/index.js"
 * @throws the platform's error when the folder cannot be read
 */
export function pageFiles(
  folder: string,
  cacheControl: (path: string) => string,
  otherwise: (response: ServerResponse) => void,
): Handler {
  const files = filesIn(folder, cacheControl);
  return (request, response) => {
    const path = (request.url ?? "").split("?", 1)[0] ?? "";
    const file = files.get(path.endsWith("/") ? `${path}index.html` : path);
    if (file) answer(request, response, file);
    else otherwise(response);
  };
}

/** Ranges are left alone: a whole answer is right for any, and no file is large. */
function answer({ method, headers }: IncomingMessage, response: ServerResponse, file: File): void {
  if (method !== "GET" && method !== "HEAD") {
    response.writeHead(405, { allow: "GET, HEAD", "content-type": "text/plain; charset=utf-8" });
    response.end("Ask with GET or HEAD.\n");
    return;
  }
  const accepted = codingsIn(String(headers["accept-encoding"] ?? ""));
  const coding = Object.keys(suffixes).find((name) => accepted.includes(name) && file.has(name));
  const coded = file.get(coding ?? "identity");
  if (!coded) return;
  // A proxy that packs an answer anew says so by W/ before its tag (RFC 9110, 13.1.2).
  const known = (headers["if-none-match"] ?? "").split(",").map((tag) => tag.trim().replace(/^W\//, ""));
  const isKnown = known.includes(coded.etag);
  response.writeHead(isKnown ? 304 : 200, coded.headers);
  response.end(isKnown || method === "HEAD" ? undefined : coded.bytes);
}

/** Those that a client takes: one of weight 0 it does not (RFC 9110, 12.5.3). */
function codingsIn(acceptEncoding: string): readonly string[] {
  const members = acceptEncoding.toLowerCase().split(",");
  return members
    .filter((member) => !/;\s*q=0(\.0*)?\s*$/.test(member))
    .map((member) => member.split(";", 1)[0]?.trim() ?? "");
}

function filesIn(folder: string, cacheControl: (path: string) => string): ReadonlyMap<string, File> {
  const found = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  const contents = new Map(
    found.map(({ parentPath, name }) => {
      const whole = join(parentPath, name);
      return [whole.slice(folder.length), readFileSync(whole)];
    }),
  );
  const files = new Map<string, File>();
  for (const [path, bytes] of contents) {
    const type = types[extname(path)];
    if (type === undefined) continue;
    const coded = (content: Buffer, coding?: string): Coded => {
      const etag = `"${createHash("sha256").update(content).digest("base64url")}"`;
      const headers = {
        "content-type": type,
        "content-length": content.length,
        "cache-control": cacheControl(path),
        etag,
        vary: "Accept-Encoding",
        ...(coding !== undefined && { "content-encoding": coding }),
      };
      return { etag, headers, bytes: content };
    };
    const file = new Map([["identity", coded(bytes)]]);
    for (const [coding, suffix] of Object.entries(suffixes)) {
      const content = contents.get(path + suffix);
      if (content) file.set(coding, coded(content, coding));
    }
    files.set(path, file);
  }
  return files;
}
