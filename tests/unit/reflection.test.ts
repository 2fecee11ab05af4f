import assert from "node:assert/strict";
import { test } from "node:test";
import { HashFinder } from "../../proto/gen/hash_name/hash_name_pb.ts";
import { ActivityService } from "../../proto/gen/hash_name/v1/activity_pb.ts";
import { ScanService } from "../../proto/gen/hash_name/v1/scan_pb.ts";
import { Descriptors } from "../../server/rpc/descriptors.ts";
import { reflection, reflectionServices } from "../../server/rpc/reflection.ts";
import { mount } from "../support/mounted.ts";
import { type Reflected, ReflectionClient } from "../support/reflected.ts";

test("a reflection stream that asks nothing for its time ends well", async () => {
  const { v1 } = reflection({ services: [HashFinder], leaving: new AbortController().signal, idleMs: 50 });
  const mounted = await mount({ routes: (router) => void router.service(reflectionServices[0], v1) });
  const client = new ReflectionClient(mounted.grpcUrl, "v1");
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const answers: Reflected[] = [];
  const stream = client
    .open()
    .on("data", (answer) => void answers.push(answer))
    .on("error", reject)
    .on("end", () => resolve(answers.length));
  stream.write({ list_services: "" });
  assert.equal(await promise, 1);
  client.close();
  await mounted.close();
});

test("a file is told before those that it needs, each once", () => {
  const descriptors = new Descriptors([ScanService, ActivityService]);
  const file = descriptors.bySymbol("hash_name.v1.ScanService");
  assert.ok(file);
  const told = descriptors.withImports(file);
  const names = told.map(({ name }) => name);
  assert.equal(names[0], "hash_name/v1/scan.proto");
  assert.equal(new Set(names).size, names.length);
  for (const { imports } of told) for (const name of imports) assert.ok(names.includes(name), name);
  assert.ok(!names.includes("hash_name/v1/activity.proto"));
});

test("what no service needs cannot be found", () => {
  const descriptors = new Descriptors([HashFinder]);
  assert.equal(descriptors.byName("hash_name/v1/scan.proto"), undefined);
  assert.equal(descriptors.bySymbol("hash_name.v1.ScanService"), undefined);
  assert.equal(descriptors.hasMessage("hash_name.v1.ScanRange"), false);
  assert.equal(descriptors.hasMessage("hash_name.HashFinder"), false);
});
