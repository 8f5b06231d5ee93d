// Small enough for any page, without anything beside it.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { gzipSync } from "node:zlib";

const SOURCE = new URL("../src/", import.meta.url);
const modules = readdirSync(SOURCE).filter((name) => name.endsWith(".js"));
const text = (name) => readFileSync(new URL(name, SOURCE), "utf8");

test("all of it, hooks too and with its comments, is under 6 KB gzipped", () => {
  const bytes = gzipSync(modules.map(text).join("\n"), { level: 9 }).length;
  assert.ok(bytes < 6 * 1024, `${bytes} bytes`);
});

test("it imports nothing but its own modules, and React in the entry for it", () => {
  const imported = modules.map((name) => [name, [...text(name).matchAll(/from "([^"]+)"/g)].map((found) => found[1])]);
  assert.deepEqual(Object.fromEntries(imported), {
    "index.js": ["./operations.js"],
    "operations.js": [],
    "react.js": ["react"],
  });
  const { dependencies } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
  assert.equal(dependencies, undefined);
});
