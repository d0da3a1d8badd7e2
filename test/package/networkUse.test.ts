import assert from "node:assert/strict";
import { networkUse } from "../../manifest/networkUse.ts";

describe("networkUse", () => {
	const reaching: readonly string[] = [
		'var a=require("http");',
		'var a=require("node:https");',
		'import("node:net").then(a);',
		'let {lookup:a}=require("node:dns/promises");',
		"require(name)",
		'require("ht"+"tp")',
		"require(`http`)",
		"import(name)",
		"var r=require;r(name)",
		"globalThis.fetch(a)",
		'globalThis["fetch"](a)',
		"new WebSocket(a)",
		"var a=/x/;fetch(b/a/c)",
		'process.getBuiltinModule("http")',
		'process.binding("tcp_wrap")',
		'require("node:module").createRequire(a)',
	];
	for (const code of reaching) {
		it(`finds ${code}`, () => assert.notDeepEqual(networkUse(code), []));
	}

	const harmless: readonly string[] = [
		'var a=require("node:fs"),b=require("vscode");',
		'import("node:worker_threads").then(a);',
		"var required=1,a={prefetched:2},b='nothing is fetched';",
		'throw Error("two folders are required")',
		"a.internet(networks)",
		"var a=/(?:get|fetch|require)\\w+/i;",
		"class A{import(name,b={}){return this.import(name)}}",
	];
	for (const code of harmless) {
		it(`allows ${code}`, () => assert.deepEqual(networkUse(code), []));
	}
});
