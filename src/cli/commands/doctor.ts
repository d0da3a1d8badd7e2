/** `doctor`: which engines work on this computer. */
import { createChosenEngine, type EngineName, engineNames } from "../../engines/registry.ts";
import { Failure } from "../../platform/failure.ts";
import { type Command, defineCommand } from "../command.ts";
import { engineOptions } from "../engine.ts";

interface Finding {
	readonly engine: EngineName;
	readonly works: boolean;
	/** What it runs on, or why it does not. */
	readonly description: string;
	readonly cells: readonly string[];
	readonly precisions: readonly string[];
}

export const doctorCommand: Command = defineCommand({
	name: "doctor",
	summary: "say which engines work on this computer, and why others do not",
	usage: "",
	arity: { least: 0, most: 0 },
	options: { tensorflow: engineOptions.tensorflow },
	async run(_terminal, { tensorflow }) {
		const findings: Finding[] = [];
		for (const name of engineNames) findings.push(await examine(name, tensorflow));
		const { platform, arch, versions } = process;
		return {
			json: { node: versions.node, platform, arch, engines: findings },
			text: [
				`Node ${versions.node}, ${platform} on ${arch}\n\n`,
				...findings.map(
					({ engine, works, description }) => `${engine}: ${works ? "works" : "does not work"}. ${description}\n`,
				),
			].join(""),
		};
	},
});

async function examine(engine: EngineName, folder: string | undefined): Promise<Finding> {
	try {
		const { description, capabilities } = await createChosenEngine({ name: engine, folder });
		const { cells, precisions } = capabilities;
		return { engine, works: true, description: `${description}.`, cells: [...cells], precisions: [...precisions] };
	} catch (error) {
		// Anything else is a fault of the program.
		if (!(error instanceof Failure)) throw error;
		return { engine, works: false, description: error.message, cells: [], precisions: [] };
	}
}
