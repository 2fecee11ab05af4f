import { type DescMessage, type Message, toBinary, toJson } from "@bufbuild/protobuf";
import { Random } from "../support/random.ts";
import type { Protocol } from "./answer.ts";
import { answersTo, isRefusal } from "./expected.ts";
import { change } from "./fields.ts";
import { framing, unframed } from "./framing.ts";
import type { Served } from "./methods.ts";
import { mutatedBytes, mutatedJson } from "./mutate.ts";
import { noise } from "./noise.ts";
import { messageOf } from "./values.ts";

/** How a request is brought: whole, or left in the middle, or with its answer not waited for. */
export type Delivery = "whole" | "half, then reset" | "half, then closed" | "whole, then reset";

/** One request, and what may be answered. */
export interface Case {
  readonly about: string;
  readonly served: Served;
  readonly protocol: Protocol;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** Who it is from, as its proxy would say. */
  readonly client: string;
  /** Whether its connection is cut in the end, without a word. */
  readonly endsConnection: boolean;
  readonly body: Buffer;
  readonly delivery: Delivery;
  /** How long its caller stays, where it leaves. */
  readonly leavesAfterMs: number;
  /** A rehearsal to open before. */
  readonly rehearsalId: string | undefined;
  readonly answers: ReadonlySet<string>;
  /** Bytes to send instead, on a connection of their own. */
  readonly noise: Buffer | undefined;
}

/** The case with this number, the same for the same seed. */
export function caseOf(seed: number, index: number, methods: readonly Served[]): Case {
  const random = new Random(seed, index);
  const shared = new Random(seed, -1);
  const sharedIds = Array.from({ length: 64 }, () => shared.uuid());
  const rehearsalId = random.uuid();
  const served = random.pick(methods);
  const { method, port, path } = served;
  const protocol = protocolFor(served, random);
  const message = messageOf(method.input, { random, rehearsalId, sharedIds });
  const json = random.chance(0.4) ? jsonOf(method.input, message) : undefined;
  const isJson = json !== undefined;
  const good = json ?? Buffer.from(toBinary(method.input, message));
  const isMutated = random.chance(0.35);
  const bytes = !isMutated ? good : isJson ? mutatedJson(String(good), random) : mutatedBytes(good, random);
  const inBody = protocol === "Connect" ? unframed(bytes, random) : framing(bytes, random);
  const changed = change(protocol, random);
  const delivery: Delivery = random.chance(0.85)
    ? "whole"
    : random.pick(["half, then reset", "half, then closed", "whole, then reset"]);
  const isNoise = random.chance(0.05);
  const musts = [inBody.answers, changed?.answers].filter((answers) => answers !== undefined);
  const ofMessage = answersTo(method, bytes, isJson);
  // Several things are wrong: any of them may be told.
  const told = musts.length === 0 || isRefusal(ofMessage) ? [...musts.flat(), ...ofMessage] : musts.flat();
  // Of what callers stream, only the first message is read before the answer, and by Connect alone.
  const streamed =
    method.methodKind.endsWith("_streaming") && method.methodKind !== "server_streaming" ? ofStreams : [];
  // So that each case is a client of its own, with its own limits.
  const client = `10.${(index >> 16) & 255}.${(index >> 8) & 255}.${index & 255}`;
  return {
    about: [
      isNoise ? "noise like " : "",
      `${protocol} ${isJson ? "JSON " : ""}${path}${port === "scan" ? " on the scan port" : ""}`,
      isMutated ? "a mutated message" : "a message",
      inBody.about,
      changed?.about ?? "",
      delivery,
    ]
      .filter((part) => part !== "")
      .join(", "),
    served,
    protocol,
    method: changed?.method ?? "POST",
    path: changed?.path?.(path) ?? path,
    headers: {
      host: "localhost",
      ...headersOf(protocol, isJson, inBody.encoding),
      "x-forwarded-for": client,
      ...changed?.set,
    },
    client,
    endsConnection: random.chance(0.3),
    body: inBody.body,
    delivery,
    leavesAfterMs: random.int(0, 20),
    rehearsalId: /Lab.*\/(Work|Count|Rehearse)$/.test(path) ? rehearsalId : undefined,
    answers: new Set([...told, ...(inBody.also ?? []), ...(changed?.also ?? []), ...streamed]),
    noise: isNoise ? noise(path, protocol === "gRPC", random) : undefined,
  };
}

/** Undefined for a message that JSON cannot say, such as a duration of two signs. */
function jsonOf(schema: DescMessage, message: Message): Buffer | undefined {
  try {
    return Buffer.from(JSON.stringify(toJson(schema, message)));
  } catch {
    return undefined;
  }
}

const ofStreams = ["0", "1", "3", "9", "8", "12", "13", "open"];

function protocolFor({ method, port }: Served, random: Random): Protocol {
  if (port === "scan" || method.methodKind === "bidi_streaming") return "gRPC";
  const connect = method.methodKind === "unary" ? "Connect" : "Connect streaming";
  return random.pick(["gRPC", "gRPC-Web", connect] as const);
}

function headersOf(
  protocol: Protocol,
  isJson: boolean,
  encoding: string | undefined,
): Record<string, string> {
  const format = isJson ? "json" : "proto";
  const by = (header: string): Record<string, string> =>
    encoding === undefined ? {} : { [header]: encoding };
  switch (protocol) {
    case "gRPC":
      return { "content-type": `application/grpc+${format}`, te: "trailers", ...by("grpc-encoding") };
    case "gRPC-Web":
      return { "content-type": `application/grpc-web+${format}`, ...by("grpc-encoding") };
    case "Connect":
      return {
        "content-type": `application/${format}`,
        "accept-encoding": "identity",
        ...by("content-encoding"),
      };
    case "Connect streaming":
      return { "content-type": `application/connect+${format}`, ...by("connect-content-encoding") };
  }
}
