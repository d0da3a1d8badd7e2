/** `quantize`: a model file of a quarter of the size. */
import { stat } from "node:fs/promises";
import { readModel, writeModel } from "../../model/checkpoint.ts";
import { type Command, defineCommand } from "../command.ts";
import { count } from "../terminal/format.ts";
import { required, text } from "../terminal/options.ts";
import { outputFile } from "../terminal/output.ts";

export const quantizeCommand: Command = defineCommand({
	name: "quantize",
	summary: "write a model with weights of 8 bits, a quarter of the size",
	usage: "F --out G",
	arity: { least: 1, most: 1 },
	options: { out: text("G", "model file to write") },
	notes: "Suggestions are computed with such weights anyway. score says what the rounding costs.",
	async run(terminal, values, [file = ""]) {
		const out = await outputFile(required("out", values.out), terminal.stderr);
		const model = await readModel(file);
		// Both may be one file.
		const { size: before } = await stat(file);
		await writeModel(out, { ...model, precision: "int8" });
		const { size: bytes } = await stat(out);
		return {
			json: { model: out, bytes, bytesBefore: before },
			text: `${out}: ${count(bytes)} bytes, before ${count(before)}\n`,
		};
	},
});
