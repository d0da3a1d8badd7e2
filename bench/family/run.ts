/** One training, in a process of its own: takes a `Task` as JSON in its argument, prints what was measured as JSON. */

import type { Measured } from "./measured.ts";
import { members } from "./members.ts";
import { measureRecurrent } from "./recurrent.ts";
import { readText, type TextSource } from "./texts.ts";
import { measureTransformer } from "./transformer.ts";
import { measureWords } from "./words.ts";

export interface Task {
	readonly model: string;
	readonly text: TextSource;
	/** CPU-seconds. */
	readonly seconds: number;
	readonly seed: number;
	/** The folder of TensorFlow.js, for the models that need it. */
	readonly tensorflow: string | null;
}

async function run({ model, text, seconds, seed, tensorflow }: Task): Promise<Measured> {
	const member = members[model];
	if (member === undefined) throw new Error(`There is no model ${model}`);
	const read = await readText(text);
	if (member.kind === "recurrent") return await measureRecurrent(member, read, seconds, seed);
	if (member.kind === "words") return await measureWords(member, read, seconds, seed);
	if (tensorflow === null) throw new Error("The Transformer needs TensorFlow.js");
	return await measureTransformer(tensorflow, read, seconds, seed);
}

process.stdout.write(JSON.stringify(await run(JSON.parse(process.argv[2] as string))));
