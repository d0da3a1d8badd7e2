/** `inspect`: what a model file holds. */
import { stat } from "node:fs/promises";
import { cellName } from "../../domain/cells.ts";
import { perplexity } from "../../domain/model.ts";
import { type Model, readModel, summarize } from "../../model/checkpoint.ts";
import { type Command, defineCommand } from "../command.ts";
import { count, decimals, table } from "../terminal/format.ts";

export const inspectCommand: Command = defineCommand({
	name: "inspect",
	summary: "say what a model file holds, after checking all of it",
	usage: "F",
	arity: { least: 1, most: 1 },
	options: {},
	async run(_terminal, _values, [file = ""]) {
		const model = await readModel(file);
		const { size: bytes } = await stat(file);
		const summary = summarize(model);
		const { precision = "float32" } = model;
		const tensors = [...model.parameters].map(([name, { shape }]) => ({ name, shape }));
		const quality = (bpc: number | null) =>
			bpc === null ? "not measured" : `${decimals(bpc)} (perplexity ${decimals(perplexity(bpc))})`;
		const facts = {
			"size of the file": `${count(bytes)} bytes`,
			network: `${cellName(summary.cell)}, ${summary.layers} × ${summary.hidden} units${summary.direction === "both" ? ", both directions" : ""}`,
			...(summary.words === undefined
				? {}
				: { vocabulary: `${count(summary.words)} words and all bytes`, softmax: softmaxOf(model) }),
			parameters: count(summary.parameters),
			weights: precision === "int8" ? "8 bits, one scale for each row (int8)" : "float32",
			"trained at": summary.trainedAt,
			"characters learned": count(summary.characters),
			"characters in the files": count(summary.corpusCharacters),
			files: count(summary.files),
			"CPU-seconds": count(summary.cpuSeconds),
			"bits per character before": quality(summary.initialBpc),
			"bits per character after": quality(summary.validationBpc),
		};
		const width = Math.max(...Object.keys(facts).map((name) => name.length));
		return {
			json: { file, bytes, precision, ...summary, tensors },
			text: [
				...Object.entries(facts).map(([name, fact]) => `${name.padEnd(width)}  ${fact}\n`),
				"\n",
				table(tensors.map(({ name, shape }) => [name, shape.join(" × ")])),
			].join(""),
		};
	},
});

function softmaxOf({ shape: { words } }: Pick<Model, "shape">): string {
	const { cutoffs = [] } = words ?? {};
	const clusters = cutoffs.map((cutoff) => count(cutoff)).join(" and ");
	return cutoffs.length === 0 ? "over all words" : `adaptive, with clusters from symbol ${clusters} on`;
}
