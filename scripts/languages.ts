// Prints docs/languages.md, the table of docs/languages.json in words:
//
//     npm run languages
import { readFileSync } from "node:fs";

/** A text in each language of the page, or what is the same in all of them. */
type Text = string | { readonly en: string };

interface Language {
  readonly language: Text;
  readonly library: string;
  /** How a client cancels. */
  readonly cancel: Text;
  /** What a client has of it. */
  readonly sees: Text;
  /** The file of examples/ that was run, with what, and the code and message that it printed. */
  readonly example?: string;
  readonly observed?: { readonly clients: readonly string[]; readonly saw: string };
  /** A test that sees searches of such a client end on the server, and with what it was run. */
  readonly ends?: { readonly test: string; readonly client: string };
  /** Whether the calls of a handler are cancelled with its own. */
  readonly outgoing: Text;
  /** What a handler must do to hear of it. */
  readonly handler: Text;
  readonly sources: readonly { readonly name: string; readonly url: string }[];
}

const file = new URL("../docs/languages.json", import.meta.url);
const { languages }: { languages: readonly Language[] } = JSON.parse(readFileSync(file, "utf8"));

process.stdout.write(`# What each language does on cancel

Made from [languages.json](languages.json) by \`npm run languages\`.

A cancel is one frame on the wire, RST_STREAM with the code CANCEL, and it carries no reason. All that a client sees of it is its own library's word, said before the server has heard anything: whether the work has stopped is known only to the server. In this project it says so in a [report](stop.md#the-proof).

## The client's side

What was **observed** was run against this server: the program, its version, and what it printed, which a test compares at every run where that program is there. The rest was *read* in the sources below.

| Language | A client cancels by | and then has | Known |
|---|---|---|---|
${languages.map(clientRow).join("\n")}

In each observed case the server's report says CANCELLED, and that every worker of the search is idle.

## The server's side

A handler that is itself a client must not leave its own calls running. In some languages the library sees to that, in others the handler. All of it was *read*, except that Connect in Node is what this server is made of: "by hand" is tested by [a coordinator whose search is cancelled](../tests/rpc/machines.test.ts).

| Language | Its outgoing calls are cancelled | A handler must |
|---|---|---|
${languages.map(({ language, outgoing, handler }) => `| ${inEnglish(language)} | ${inEnglish(outgoing)} | ${inEnglish(handler)} |`).join("\n")}

No library ends a computation that does not look. The guide says the same of gRPC in general: the handler has to look, and to stop by itself.

## Sources

${languages.map(({ language, sources }) => `- ${inEnglish(language)}: ${sources.map(({ name, url }) => `[${name}](${url})`).join("; ")}`).join("\n")}
`);

function clientRow({ language, library, cancel, sees, example, observed, ends }: Language): string {
  const known =
    observed && example
      ? `**observed**: ${observed.clients.join("; ")}; [${example}](../examples/${example})`
      : `*read*${ends ? `; that the search ends was **observed**: ${ends.client}, [${ends.test.split("/").at(-1)}](../${ends.test})` : ""}`;
  const words = observed ? `${inEnglish(sees)}: \`${observed.saw}\`` : inEnglish(sees);
  return `| ${inEnglish(language)}, ${library} | ${inEnglish(cancel)} | ${words} | ${known} |`;
}

function inEnglish(text: Text): string {
  return typeof text === "string" ? text : text.en;
}
