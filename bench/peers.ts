/**
 * Other libraries at the same task, where they are installed: a GRU of the same size on the same number of characters at
 * a time. Each runs in a process of its own, so that none disturbs another. `npm ci` in bench/peers installs those for
 * JavaScript; PyTorch is whatever a Python has.
 */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { batch, shape, unroll } from "./arithmetic.ts";
import { median } from "./statistics.ts";

/** Error of a library that is not installed. */
const notInstalled = 3;

/** Milliseconds; a library that takes longer is left out. */
const limitMilliseconds = 10 * 60_000;

export interface PeerFigures {
	readonly charactersPerSecond: number;
	/** Speed of the library's own matrix product, where it reports it. */
	readonly gemmGflops?: number;
}

interface Peer {
	readonly name: string;
	readonly command: string;
	readonly file: string;
	/** Arguments after the numbers. */
	readonly more?: readonly string[];
}

/** Without TensorFlow.js's plain JavaScript backend, to which a single update takes minutes. */
function peersWith(python: string): readonly Peer[] {
	const node = process.execPath;
	return [
		{ name: "PyTorch, one thread", command: python, file: "torch_gru.py" },
		{ name: "TensorFlow.js, wasm", command: node, file: "tensorflow.cjs", more: ["wasm"] },
		{ name: "TensorFlow.js, native", command: node, file: "tensorflow.cjs", more: ["tensorflow"] },
		{ name: "brain.js", command: node, file: "brain.cjs" },
	];
}

/** Medians of the libraries that are installed, by name. `python` is an interpreter that has PyTorch, if any. */
export async function measurePeers(
	python: string,
	repetitions: number,
	seconds: number,
): Promise<Record<string, PeerFigures>> {
	const figures: Record<string, PeerFigures> = {};
	const task = [shape.hidden, batch, unroll, repetitions, seconds].map(String);
	for (const { name, command, file, more = [] } of peersWith(python)) {
		const output = await run(command, [join(import.meta.dirname, "peers", file), ...task, ...more]);
		if (output === null) continue;
		const { rates, ...others }: { rates: number[]; gemmGflops?: number } = JSON.parse(output);
		figures[name] = { charactersPerSecond: median(rates), ...others };
	}
	return figures;
}

/** The output of a library's program; null if the library or its runtime is not installed. */
function run(command: string, args: readonly string[]): Promise<string | null> {
	return new Promise((resolve, reject) => {
		const child = spawn(command, args, { stdio: ["ignore", "pipe", "ignore"], timeout: limitMilliseconds });
		let output = "";
		child.stdout.setEncoding("utf8").on("data", (chunk) => {
			output += chunk;
		});
		child.on("error", () => resolve(null));
		child.on("close", (code, signal) => {
			if (code === 0) resolve(output);
			else if (code === notInstalled || signal !== null) resolve(null);
			else reject(new Error(`${command} ${args.join(" ")} ended with ${code}`));
		});
	});
}
