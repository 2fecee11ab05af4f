import type { DescService } from "@bufbuild/protobuf";
import { Code, type HandlerContext, type ServiceImpl } from "@connectrpc/connect";
import {
  ServerReflection,
  type ServerReflectionRequest,
} from "../../proto/gen/grpc/reflection/v1/reflection_pb.ts";
import {
  ServerReflection as ServerReflectionAlpha,
  type ServerReflectionRequest as ServerReflectionRequestAlpha,
} from "../../proto/gen/grpc/reflection/v1alpha/reflection_pb.ts";
import { onAbort, untilAborted } from "../calls/abort.ts";
import { Admission } from "../calls/admission.ts";
import { abortedError, callOf } from "../edge/call.ts";
import { type DescribedFile, Descriptors } from "./descriptors.ts";
import { shutdownError } from "./errors.ts";

/** Its services, each with its streams: one as it is now, one as older tools ask it. */
export const reflectionServices = [ServerReflection, ServerReflectionAlpha] as const;

/** The paths of its streams, which stay open for as long as a tool has questions. */
export const reflectionPaths: ReadonlySet<string> = new Set(
  reflectionServices.map(({ typeName, method }) => `/${typeName}/${method.serverReflectionInfo.name}`),
);

export interface ReflectionOptions {
  /** Those that are told of; their files, and what these need, are all that can be found. */
  readonly services: readonly DescService[];
  /** Aborts when the server is told to leave: idle streams end then. */
  readonly leaving: AbortSignal;
  /** How long a stream may ask nothing. */
  readonly idleMs?: number;
}

// A tool has one for each window; a client asks all it needs in one.
const mostOfClient = 16;
const mostInAll = 256;
const longestIdleMs = 60_000;

/**
 * gRPC's server reflection, for tools that have none of the server's files. Our
 * own, over the descriptors in the generated code: no kept package has it for
 * Connect. Files are sent in the order in which gRPC's own servers send them.
 */
export function reflection({ services, leaving, idleMs = longestIdleMs }: ReflectionOptions): {
  readonly v1: ServiceImpl<typeof ServerReflection>;
  readonly v1alpha: ServiceImpl<typeof ServerReflectionAlpha>;
} {
  const descriptors = new Descriptors(services);
  const names = services.map(({ typeName }) => typeName).sort();
  const admission = new Admission({ of: "watchers", perClient: mostOfClient, inAll: mostInAll, waiting: 0 });

  async function* answers<Asked extends ServerReflectionRequest | ServerReflectionRequestAlpha>(
    requests: AsyncIterable<Asked>,
    context: HandlerContext,
  ) {
    if (leaving.aborted) throw shutdownError();
    const { signal, responseHeader } = context;
    const call = callOf(context);
    const place = admission.enter(call.client);
    const life = new AbortController();
    const forgetLeaving = onAbort(leaving, () => life.abort(shutdownError()));
    // The signal alone must do: a generator whose reader vanishes never resumes.
    onAbort(signal, () => {
      forgetLeaving();
      place.leave();
      life.abort(abortedError(signal));
    });
    call.sendHeaders(responseHeader);
    const sent = new Set<DescribedFile>();
    const asked = requests[Symbol.asyncIterator]();
    for (;;) {
      const next = await nextWithin(idleMs, asked, life.signal);
      if (next.done) return;
      const originalRequest = next.value;
      yield {
        validHost: originalRequest.host,
        originalRequest,
        messageResponse: answer(originalRequest, sent),
      };
    }
  }

  function answer(
    { messageRequest: asked }: ServerReflectionRequest | ServerReflectionRequestAlpha,
    sent: Set<DescribedFile>,
  ) {
    switch (asked.case) {
      case "listServices":
        return {
          case: "listServicesResponse" as const,
          value: { service: names.map((name) => ({ name })) },
        };
      case "fileByFilename":
        return files(descriptors.byName(asked.value), asked.value, sent);
      case "fileContainingSymbol":
        return files(descriptors.bySymbol(asked.value), asked.value, sent);
      case "allExtensionNumbersOfType":
        // No file of the contract extends anything.
        if (!descriptors.hasMessage(asked.value)) return unknown(asked.value);
        return {
          case: "allExtensionNumbersResponse" as const,
          value: { baseTypeName: asked.value, extensionNumber: [] },
        };
      case "fileContainingExtension":
        return unknown(`extension ${asked.value.extensionNumber} of ${asked.value.containingType}`);
      default:
        return error(Code.InvalidArgument, "The request asks for nothing.");
    }
  }

  function files(file: DescribedFile | undefined, what: string, sent: Set<DescribedFile>) {
    if (!file) return unknown(what);
    const told = descriptors.withImports(file).filter((one) => one === file || !sent.has(one));
    for (const one of told) sent.add(one);
    return {
      case: "fileDescriptorResponse" as const,
      value: { fileDescriptorProto: told.map(({ bytes }) => bytes) },
    };
  }

  return { v1: { serverReflectionInfo: answers }, v1alpha: { serverReflectionInfo: answers } };
}

function unknown(what: string) {
  return error(Code.NotFound, `This server has no ${what}.`);
}

function error(errorCode: Code, errorMessage: string) {
  return { case: "errorResponse" as const, value: { errorCode, errorMessage } };
}

/** What the caller asks next; the end when it asks nothing for so long. */
async function nextWithin<T>(
  ms: number,
  asked: AsyncIterator<T>,
  signal: AbortSignal,
): Promise<IteratorResult<T>> {
  const { promise: idle, resolve } = Promise.withResolvers<IteratorReturnResult<undefined>>();
  const timer = setTimeout(() => resolve({ done: true, value: undefined }), ms);
  try {
    return await untilAborted(Promise.race([asked.next(), idle]), signal);
  } finally {
    clearTimeout(timer);
  }
}
