import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";

/** A server that speaks Redis's protocol, and answers as a test says. */
export interface FakeRedis {
  readonly url: string;
  /** What it was sent, in the order of its coming. */
  readonly commands: readonly (readonly string[])[];
  /** How many connections it has been given so far, and those that are open. */
  readonly connections: number;
  readonly open: ReadonlySet<Socket>;
  close(): Promise<void>;
}

/** @param answer what is sent to a command, as it stands on the wire; undefined: nothing */
export async function fakeRedis(
  answer: (command: readonly string[], socket: Socket) => string | undefined,
): Promise<FakeRedis> {
  const commands: (readonly string[])[] = [];
  const open = new Set<Socket>();
  let connections = 0;
  const server = createServer((socket) => {
    connections++;
    open.add(socket);
    socket.once("close", () => open.delete(socket));
    socket.on("error", () => {});
    let read = "";
    socket.setEncoding("utf8").on("data", (text: string) => {
      read += text;
      for (let found = commandIn(read); found; found = commandIn(read)) {
        read = read.slice(found.length);
        commands.push(found.command);
        const said = answer(found.command, socket);
        if (said !== undefined) socket.write(said);
      }
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `redis://127.0.0.1:${(server.address() as AddressInfo).port}`,
    commands,
    get connections() {
      return connections;
    },
    open,
    async close() {
      const closed = once(server, "close");
      server.close();
      for (const socket of open) socket.destroy();
      await closed;
    },
  };
}

/** An array of two bulk strings or so, as Redis sends them. */
export function bulk(text: string): string {
  return `$${Buffer.byteLength(text)}\r\n${text}\r\n`;
}

/** The first command of a text of ASCII characters, if it is whole. */
function commandIn(
  text: string,
): { readonly command: readonly string[]; readonly length: number } | undefined {
  const [head, count] = /^\*(\d+)\r\n/.exec(text) ?? [];
  if (head === undefined) return undefined;
  let at = head.length;
  const command: string[] = [];
  while (command.length < Number(count)) {
    const [size, bytes] = /^\$(\d+)\r\n/.exec(text.slice(at)) ?? [];
    if (size === undefined) return undefined;
    const end = at + size.length + Number(bytes);
    if (text.length < end + 2) return undefined;
    command.push(text.slice(at + size.length, end));
    at = end + 2;
  }
  return { command, length: at };
}
