/**
 * Counts how often each block of the sources in `src` runs, so that a fuzzer sees which inputs reach code that no other has
 * reached. Sources that are imported after `instrument` carry a counter in each block: a look at all of them takes some
 * microseconds, where V8's own precise coverage takes milliseconds.
 */
import { readFileSync } from "node:fs";
import { registerHooks, stripTypeScriptTypes } from "node:module";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parse } from "acorn";
import { root } from "../../harness/paths.ts";

/** More than the blocks of all sources. */
const mostBlocks = 2 ** 15;

/** How often each block has run since `takeCoverage`. */
const counters = new Uint32Array(mostBlocks);
/** For each block the orders of magnitude of its counts that were seen, a bit each. */
const seen = new Uint8Array(mostBlocks);
let blocks = 0;

/** Short texts in the sources: names of fields, kinds and choices that an input may have to hold. */
const literals = new Set<string>();

/** The name under which instrumented code finds the counters. */
const globalName = "__blockCounters";

/** From now on sources are instrumented when they are imported. */
export function instrument(): void {
	Object.assign(globalThis, { [globalName]: counters });
	const sources = pathToFileURL(join(root, "src")).href;
	registerHooks({
		load(url, context, next) {
			if (!url.startsWith(`${sources}/`) || !url.endsWith(".ts")) return next(url, context);
			const source = withCounters(stripTypeScriptTypes(readFileSync(fileURLToPath(url), "utf8")));
			return { format: "module", source, shortCircuit: true };
		},
	});
}

/** Sets all counters to 0. Returns whether a block ran that never had, or by an order of magnitude more often than ever. */
export function takeCoverage(): boolean {
	let isNew = false;
	for (let block = 0; block < blocks; block++) {
		const count = counters[block] as number;
		if (count === 0) continue;
		counters[block] = 0;
		const bit = 1 << magnitude(count);
		if (((seen[block] as number) & bit) !== 0) continue;
		seen[block] = (seen[block] as number) | bit;
		isNew = true;
	}
	return isNew;
}

/** As libFuzzer groups counts: 1, 2, 3, 4–7, 8–15, 16–31, 32–127, more. */
function magnitude(count: number): number {
	if (count < 4) return count - 1;
	if (count < 32) return 29 - Math.clz32(count) + 2;
	return count < 128 ? 6 : 7;
}

/** Runs work and looks at something every so many blocks, from within. Returns how many blocks ran. */
export async function lookingWithin(
	everyBlocks: number,
	look: () => void,
	work: () => Promise<unknown>,
): Promise<number> {
	let ran = 0;
	const counted = new Proxy(counters, {
		set(target, block, count) {
			target[Number(block)] = count as number;
			if (++ran % everyBlocks === 0) look();
			return true;
		},
	});
	Object.assign(globalThis, { [globalName]: counted });
	try {
		await work();
	} finally {
		Object.assign(globalThis, { [globalName]: counters });
	}
	return ran;
}

/** Blocks that have run, and all blocks of the sources that were imported. */
export function coverage(): { readonly reached: number; readonly blocks: number } {
	return { reached: seen.reduce((sum, bits) => sum + Number(bits !== 0), 0), blocks };
}

/** Forgets what was reached: for the next reader. */
export function forgetCoverage(): void {
	counters.fill(0);
	seen.fill(0);
}

export function dictionary(): readonly string[] {
	return [...literals];
}

type Node = Readonly<Record<string, unknown>> & {
	readonly type: string;
	readonly start: number;
	readonly end: number;
};

function isNode(value: unknown): value is Node {
	return typeof value === "object" && value !== null && "type" in value && "start" in value;
}

/** Texts of this length, in characters, are worth trying in an input. */
const longestLiteral = 24;

function withCounters(code: string): string {
	const insertions: { readonly at: number; readonly text: string; readonly order: number }[] = [];
	const insert = (at: number, text: string): void => {
		insertions.push({ at, text, order: insertions.length });
	};
	const counter = (): string => `${globalName}[${blocks++}]++`;

	/** A statement that runs or does not. */
	const countStatement = (statement: Node): void => {
		if (statement.type === "BlockStatement") insert(statement.start + 1, `${counter()};`);
		else {
			insert(statement.start, `{${counter()};`);
			after.push([statement.end, "}"]);
		}
	};
	const countExpression = (expression: Node): void => {
		insert(expression.start, `(${counter()},`);
		after.push([expression.end, ")"]);
	};
	/** What closes is inserted once all that it closes around was visited: what lies inside closes first. */
	let after: [at: number, text: string][] = [];

	const visit = (node: Node): void => {
		const outer = after;
		after = [];
		switch (node.type) {
			case "FunctionDeclaration":
			case "FunctionExpression":
			case "ArrowFunctionExpression": {
				const body = node["body"] as Node;
				if (body.type === "BlockStatement") countStatement(body);
				else countExpression(body);
				break;
			}
			case "IfStatement": {
				const consequent = node["consequent"] as Node;
				countStatement(consequent);
				if (isNode(node["alternate"])) countStatement(node["alternate"]);
				else after.push([consequent.end, ` else{${counter()};}`]);
				break;
			}
			case "ForStatement":
			case "ForInStatement":
			case "ForOfStatement":
			case "WhileStatement":
			case "DoWhileStatement":
				countStatement(node["body"] as Node);
				break;
			case "CatchClause":
				countStatement(node["body"] as Node);
				break;
			case "SwitchCase": {
				const [first] = node["consequent"] as Node[];
				if (first !== undefined) insert(first.start, `${counter()};`);
				break;
			}
			case "ConditionalExpression":
				countExpression(node["consequent"] as Node);
				countExpression(node["alternate"] as Node);
				break;
			case "LogicalExpression":
				countExpression(node["right"] as Node);
				break;
			case "Literal":
				if (typeof node["value"] === "string" && node["value"].length <= longestLiteral) literals.add(node["value"]);
				break;
			case "Property":
				if (isNode(node["key"]) && node["key"].type === "Identifier") literals.add(String(node["key"]["name"]));
				break;
		}
		const closing = after;
		after = outer;
		for (const value of Object.values(node)) {
			if (isNode(value)) visit(value);
			else if (Array.isArray(value)) for (const item of value) if (isNode(item)) visit(item);
		}
		for (const [at, text] of closing) insert(at, text);
	};
	visit(parse(code, { ecmaVersion: "latest", sourceType: "module" }) as unknown as Node);
	if (blocks > mostBlocks) throw new Error(`the sources have more than ${mostBlocks} blocks`);

	let rest = 0;
	let instrumented = "";
	for (const { at, text } of insertions.toSorted((one, other) => one.at - other.at || one.order - other.order)) {
		instrumented += code.slice(rest, at) + text;
		rest = at;
	}
	return instrumented + code.slice(rest);
}
