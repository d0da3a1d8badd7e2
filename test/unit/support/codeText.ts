/** Text that looks like code, by a small grammar: the same from the same random numbers. */
import { Buffer } from "node:buffer";

const parts = ["user", "name", "index", "find", "list", "node", "read", "line", "key", "count", "max", "open", "map"];
const types = ["string", "number", "boolean", "Node"];

/** At least `length` bytes, whole functions. */
export function codeText(random: () => number, length: number): Uint8Array {
	const below = (limit: number): number => Math.floor(random() * limit);
	const one = <Item>(items: readonly Item[]): Item => items[below(items.length)] as Item;
	const capital = (part: string): string => part.charAt(0).toUpperCase() + part.slice(1);
	// A project has its own names, which come again and again.
	const names = Array.from({ length: 12 }, () => {
		const chosen = Array.from({ length: 1 + below(3) }, () => one(parts));
		return random() < 0.2 ? chosen.join("_") : chosen.map((part, i) => (i === 0 ? part : capital(part))).join("");
	});
	const call = (): string => `${one(names)}(${one(names)}${random() < 0.5 ? `, ${below(100)}` : ""})`;

	function statement(indent: string): string {
		const kind = below(6);
		if (kind === 0 && indent.length < 4) return `${indent}if (${call()}) {\n${block(`${indent}\t`)}${indent}}\n`;
		if (kind === 1) return `${indent}${one(names)}.${call()};\n`;
		if (kind === 2) return `${indent}// ${one(parts)} of the ${one(parts)}\n`;
		return `${indent}const ${one(names)} = ${call()};\n`;
	}

	function block(indent: string): string {
		return Array.from({ length: 1 + below(4) }, () => statement(indent)).join("");
	}

	let text = "";
	while (text.length < length) {
		const [name, argument] = [one(names), one(names)];
		text += `function ${name}(${argument}: ${one(types)}): ${one(types)} {\n${block("\t")}\treturn ${argument};\n}\n\n`;
	}
	return Buffer.from(text);
}
