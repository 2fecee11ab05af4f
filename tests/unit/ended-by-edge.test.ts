import assert from "node:assert/strict";
import { test } from "node:test";
import { Code, ConnectError } from "@connectrpc/connect";
import { EndedByEdge, ReaderStalled, TokenRemoved } from "../../server/edge/call.ts";

test("no other error counts as one by which the edge ends a call, though ConnectError says so of its subclasses", () => {
  const others = [new ConnectError("the operation timed out", Code.DeadlineExceeded), new Error("aborted")];
  for (const other of others) assert.ok(!(other instanceof EndedByEdge), other.message);
  const stalled = new ReaderStalled(15_000);
  assert.ok(stalled instanceof EndedByEdge && stalled instanceof ConnectError);
  assert.ok(!(stalled instanceof TokenRemoved));
  assert.ok(new TokenRemoved() instanceof TokenRemoved);
});
