/**
 * Counts the edits of a public list of misspellings for the confusion model: `node node24.cjs models/spelling/learn.ts` writes
 * src/spelling/channel/editCounts.ts. The list is that of the Go module `misspell` (MIT), which Go downloads and checks; only the
 * counts are kept.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { countEdits, encodeCounts } from "../../src/spelling/channel/confusion.ts";
import { editKinds } from "../../src/spelling/channel/edits.ts";

const listModule = "github.com/client9/misspell@v0.3.4";
/** Of the module, as a go.sum file has it. */
const sum = "h1:ta993UF76GwbvJcIo3Y68y/M3WxlpEHPWIGDkJYwzJI=";

const target = join(import.meta.dirname, "../../src/spelling/channel/editCounts.ts");

function listOf(): { readonly intended: string; readonly typed: string }[] {
	// Outside of any module, so that no go.mod here is read.
	const folder = mkdtempSync(join(tmpdir(), "inkling-misspell-"));
	try {
		const told = execFileSync("go", ["mod", "download", "-json", listModule], { cwd: folder, encoding: "utf8" });
		const { Dir: source, Sum: found } = JSON.parse(told) as { readonly Dir: string; readonly Sum: string };
		if (found !== sum) throw new Error(`${listModule} has the sum ${found}, not ${sum}`);
		const words = readFileSync(join(source, "words.go"), "utf8");
		return [...words.matchAll(/^\s*"([^"]+)", "([^"]+)",$/gm)].map(([, typed = "", intended = ""]) => ({
			intended,
			typed,
		}));
	} finally {
		rmSync(folder, { recursive: true });
	}
}

const entries = listOf();
const { pairs, edits } = countEdits(entries);
const strings = [
	`	pairs: decodeCounts("${encodeCounts(pairs)}"),`,
	"	edits: {",
	...editKinds.map((kind) => `		${kind}: decodeCounts("${encodeCounts(edits[kind])}"),`),
	"	},",
];
const lines = [
	"/** Written by models/spelling/learn.ts from a public list of misspellings. */",
	'import { decodeCounts, type EditCounts } from "./confusion.ts";',
	"",
	"export const editCounts: EditCounts = {",
	...strings.map((line) =>
		line.replace(
			/^(\t+)(\w+): decodeCounts\((.*)\),$/,
			(_, indent, name, text) => `${indent}${name}: decodeCounts(\n${indent}\t${text},\n${indent}),`,
		),
	),
	"};",
	"",
];
writeFileSync(target, lines.join("\n"));
const used = editKinds.map((kind) => `${edits[kind].reduce((all, count) => all + count, 0)} ${kind}`);
process.stderr.write(`${entries.length} misspellings: ${used.join(", ")}\n`);
