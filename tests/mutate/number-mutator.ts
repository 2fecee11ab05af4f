// Stryker changes no numbers, and a bound or a unit is nothing else: 0 becomes
// 1, any other number ten times as much.
import { pathToFileURL } from "node:url";

interface Node {
  readonly type: string;
  readonly value?: unknown;
}

interface Path {
  readonly node: Node & Record<string, unknown>;
  readonly parent: Node & Record<string, unknown>;
}

interface Mutator {
  readonly name: string;
  mutate(path: Path): Iterable<unknown>;
}

const numberMutator: Mutator = {
  name: "Number",
  *mutate({ node, parent }) {
    const isName =
      "key" in parent && parent.key === node && /Property|Method/.test(parent.type) && !parent.computed;
    if (isName || /^TS/.test(parent.type)) return;
    if (node.type === "NumericLiteral") {
      yield { type: "NumericLiteral", value: node.value === 0 ? 1 : Number(node.value) * 10 };
    } else if (node.type === "BigIntLiteral") {
      const value = BigInt(String(node.value));
      yield { type: "BigIntLiteral", value: String(value === 0n ? 1n : value * 10n) };
    }
  },
};

/** Adds it to Stryker's own list, which the package keeps to itself. */
export async function addNumberMutator(): Promise<void> {
  const list = new URL("mutators/mutate.js", pathToFileURL(instrumenterPath()));
  const { allMutators }: { allMutators: Mutator[] } = await import(list.href);
  if (!allMutators.includes(numberMutator)) allMutators.push(numberMutator);
}

function instrumenterPath(): string {
  return new URL(import.meta.resolve("@stryker-mutator/instrumenter")).pathname;
}
