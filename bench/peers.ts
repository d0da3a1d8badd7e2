/**
 * Other libraries at the same task, where they are installed: a GRU of the same size on the same number of characters at
 * a time. Each runs in a process of its own, so that none disturbs another.
 */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { batch, shape, unroll } from "./arithmetic.ts";
import { median } from "./statistics.ts";

/** Said by a peer that is not installed. */
const notInstalled = 3;

interface Peer {
	readonly name: string;
	readonly command: string;
	readonly arguments: readonly string[];
	/** After the numbers. */
	readonly more?: readonly string[];
}

const folder = join(import.meta.dirname, "peers");
const script = (file: string) => [join(folder, file)];

/** Of those with the same name, the first that is installed counts. */
const peers: readonly Peer[] = [
	{ name: "PyTorch, one thread", command: "python3", arguments: script("torch_gru.py") },
	{ name: "PyTorch, one thread", command: "/usr/bin/python3", arguments: script("torch_gru.py") },
	...["wasm", "cpu"].map((backend) => ({
		name: `TensorFlow.js, ${backend}`,
		command: process.execPath,
		arguments: script("tensorflow.cjs"),
		more: [backend],
	})),
	{ name: "brain.js", command: process.execPath, arguments: script("brain.cjs") },
];

/** Medians of the peers that are installed, by name. */
export async function measurePeers(
	repetitions: number,
	seconds: number,
): Promise<Record<string, { readonly charactersPerSecond: number }>> {
	const rates: Record<string, { charactersPerSecond: number }> = {};
	const task = [shape.hidden, batch, unroll, repetitions, seconds].map(String);
	for (const { name, command, arguments: before, more = [] } of peers) {
		if (name in rates) continue;
		const output = await run(command, [...before, ...task, ...more]);
		if (output !== null) rates[name] = { charactersPerSecond: median(JSON.parse(output)) };
	}
	return rates;
}

/** What a peer prints; null if it, or what runs it, is not installed. */
function run(command: string, args: readonly string[]): Promise<string | null> {
	return new Promise((resolve, reject) => {
		const child = spawn(command, args, { stdio: ["ignore", "pipe", "ignore"] });
		let output = "";
		child.stdout.setEncoding("utf8").on("data", (chunk) => {
			output += chunk;
		});
		child.on("error", () => resolve(null));
		child.on("close", (code) => {
			if (code === 0) resolve(output);
			else if (code === notInstalled) resolve(null);
			else reject(new Error(`${command} ${args.join(" ")} ended with ${code}`));
		});
	});
}
