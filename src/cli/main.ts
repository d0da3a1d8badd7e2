/** Which command is meant, its help, and how it ends. */
import { Failure } from "../platform/failure.ts";
import { visibleText } from "../platform/visibleText.ts";
import type { Command } from "./command.ts";
import { completeCommand } from "./commands/complete.ts";
import { demoCommand } from "./commands/demo.ts";
import { doctorCommand } from "./commands/doctor.ts";
import { evaluateCommand } from "./commands/evaluate.ts";
import { generateCommand } from "./commands/generate.ts";
import { inspectCommand } from "./commands/inspect.ts";
import { nextCommand } from "./commands/next.ts";
import { pretrainCommand } from "./commands/pretrain.ts";
import { quantizeCommand } from "./commands/quantize.ts";
import { rankCommand } from "./commands/rank.ts";
import { replayCommand } from "./commands/replay.ts";
import { scoreCommand } from "./commands/score.ts";
import { spellCommand } from "./commands/spell.ts";
import { splitCommand } from "./commands/split.ts";
import { trainCommand } from "./commands/train.ts";
import { explain, UsageError } from "./terminal/options.ts";
import type { Terminal } from "./terminal/terminal.ts";

export const commands: readonly Command[] = [
	demoCommand,
	trainCommand,
	pretrainCommand,
	completeCommand,
	generateCommand,
	nextCommand,
	scoreCommand,
	rankCommand,
	spellCommand,
	inspectCommand,
	quantizeCommand,
	evaluateCommand,
	replayCommand,
	splitCommand,
	doctorCommand,
];

export const exitCodes = { done: 0, failed: 1, usage: 2 } as const;

/** Runs what `args` ask for; nothing is thrown. Returns the exit code. */
export async function main(terminal: Terminal, args: readonly string[]): Promise<number> {
	const [name = "", ...rest] = args;
	const command = commands.find((one) => one.name === name);
	if (asksForHelp(args)) {
		terminal.stdout.write(command === undefined ? overview() : help(command));
		return exitCodes.done;
	}
	try {
		if (command === undefined)
			throw new UsageError(name === "" ? "A command is missing" : `There is no command ${JSON.stringify(name)}`);
		return (await command.run(terminal, rest)) ? exitCodes.done : exitCodes.failed;
	} catch (error) {
		const hint = command === undefined ? "--help lists the commands" : `${command.name} --help explains its options`;
		if (error instanceof UsageError) {
			terminal.stderr.write(`${visibleText(error.message)}; ${hint}.\n`);
			return exitCodes.usage;
		}
		terminal.stderr.write(`${sentence(error)}\n`);
		return exitCodes.failed;
	}
}

/** What comes after "--" is no option. */
function asksForHelp(args: readonly string[]): boolean {
	const end = args.indexOf("--");
	const options = end < 0 ? args : args.slice(0, end);
	return options.includes("--help") || options.includes("-h") || args[0] === "help";
}

function sentence(error: unknown): string {
	if (error instanceof Failure) return visibleText(error.message);
	// A fault of the program: where it happened helps whoever mends it.
	return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

function overview(): string {
	const width = Math.max(...commands.map(({ name }) => name.length));
	return [
		"Usage: inkling COMMAND [OPTIONS]\n\n",
		...commands.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}\n`),
		"\nResults go to standard output, as JSON with --json; progress goes to standard error.\n",
		"The exit code is 0 when done, 1 when failed or when spell has found something, 2 when the command line is wrong.\n",
		"COMMAND --help explains its options.\n",
	].join("");
}

function help({ name, summary, usage, options, notes }: Command): string {
	return [
		`Usage: inkling ${[name, usage].filter((part) => part !== "").join(" ")} [OPTIONS]\n\n`,
		`${summary[0]?.toUpperCase()}${summary.slice(1)}.\n`,
		...(notes === undefined ? [] : [`${notes}\n`]),
		"\n",
		explain(options),
	].join("");
}
