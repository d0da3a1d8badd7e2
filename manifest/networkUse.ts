import { parse, tokTypes } from "acorn";
import { transformSync } from "esbuild";

/** Finds the ways in which bundled code could reach a network. */

/** Modules of Node that open connections or listen for them, without "node:". */
const networkModules = new Set([
	"http",
	"https",
	"http2",
	"net",
	"tls",
	"dgram",
	"dns",
	"dns/promises",
	"inspector",
	"inspector/promises",
	"undici",
	"quic",
]);

export function isNetworkModule(specifier: string): boolean {
	return networkModules.has(specifier.replace(/^node:/, ""));
}

/**
 * What could reach a network in `code`, a CommonJS bundle: a required network module, a module that is named only at run
 * time (and so might be one), a way around `require`, or a global that opens connections.
 */
export function networkUse(code: string): string[] {
	// Dynamic imports become calls of `require`, and can be told from methods that are called "import".
	const { code: called } = transformSync(code, { format: "cjs", supported: { "dynamic-import": false } });
	const plain = withoutPatterns(called);
	const found: string[] = [];
	for (const [use, specifier] of plain.matchAll(/\brequire\((?:"([^"]*)"\)|[^)]*)/g)) {
		if (specifier === undefined || isNetworkModule(specifier)) found.push(use);
	}
	// `require` other than called: passed on, renamed or asked for a property.
	for (const [use] of plain.matchAll(/(?<![.\w$"'])require\b(?!\()[^;,]{0,20}/g)) found.push(use);
	const others =
		/\b(?:fetch(?:Later)?\b|WebSocket|XMLHttpRequest|EventSource|getBuiltinModule|createRequire|_linkedBinding|binding\()/g;
	for (const [use] of plain.matchAll(others)) found.push(use);
	return found;
}

/** Code with the contents of its regular expressions blanked: they may hold any word, and do nothing. */
function withoutPatterns(code: string): string {
	const patterns: { readonly start: number; readonly end: number }[] = [];
	parse(code, {
		ecmaVersion: "latest",
		onToken: ({ type, start, end }) => {
			if (type === tokTypes.regexp) patterns.push({ start, end });
		},
	});
	let rest = 0;
	let plain = "";
	for (const { start, end } of patterns) {
		plain += `${code.slice(rest, start)}/${" ".repeat(end - start - 2)}/`;
		rest = end;
	}
	return plain + code.slice(rest);
}
