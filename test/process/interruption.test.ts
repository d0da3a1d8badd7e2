/**
 * SIGTERM ends each command that works for long, whatever it is doing just then: within a second on an idle machine. They need dist/. A
 * command is interrupted once it has used so much CPU time: there is nothing else that all of them show of their work.
 */
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { readModel } from "../../src/model/checkpoint.ts";
import { root } from "../harness/paths.ts";
import { gitIn } from "../reliability/session/workspace.ts";
import { randomNumbers } from "../unit/reference/random.ts";
import { writeCorpus } from "../unit/support/pretrainingCorpus.ts";
import { useTemporaryFolder } from "../unit/support/temporaryFolder.ts";

/** What hangs takes longer, even on a machine that is thirty times as slow or as busy as another. */
const longestEndMs = 30_000;

/** CPU-seconds of a process, from its number of clock ticks, of which Linux has a hundred a second. */
function cpuSeconds(pid: number): number {
	const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
	return (Number(fields[11]) + Number(fields[12])) / 100;
}

/** Waits until a process has used so much CPU time. False if it has ended by itself. */
async function hasWorked(child: ChildProcess, seconds: number): Promise<boolean> {
	for (;;) {
		if (child.exitCode !== null || child.signalCode !== null) return false;
		if (cpuSeconds(child.pid as number) >= seconds) return true;
		await delay(10);
	}
}

/** Text that repeats itself so little that a fast machine needs more than a second to read it. */
function writeMuch(folder: string): void {
	mkdirSync(folder);
	const random = randomNumbers(5);
	const name = () => `n${Math.floor(random() * 1e6).toString(36)}`;
	for (let i = 0; i < 100; i++) {
		const lines = Array.from({ length: 400 }, () => `let ${name()} = ${name()}.${name()}(${name()});\n`);
		writeFileSync(join(folder, `file${i}.ts`), lines.join(""));
	}
}

describe("SIGTERM", () => {
	const path = useTemporaryFolder();
	let workspace = "";

	before(function () {
		if (existsSync("/proc/self/stat")) return;
		console.log("    Skipped: this system does not say how long a process has worked.");
		this.skip();
	});

	beforeEach(() => {
		workspace = path("workspace");
		for (let i = 0; i < 60; i++) {
			const lines = Array.from(
				{ length: 120 },
				(_, line) => `let value${line} = file${i}.read(${(line * i * 7919) % 1000});`,
			);
			const file = join(workspace, i % 2 ? "lib" : "src", `file${i}.ts`);
			mkdirSync(dirname(file), { recursive: true });
			writeFileSync(file, `${lines.join("\n")}\n`);
		}
	});

	/** Runs a command until it has used so many CPU-seconds, and interrupts it. */
	async function interrupt(seconds: number, args: readonly string[]) {
		const { INIT_CWD: _folder, npm_lifecycle_event: _script, ...env } = process.env;
		const child = spawn(process.execPath, [join(root, "dist/cli.cjs"), ...args], {
			env,
			stdio: ["ignore", "ignore", "pipe"],
		});
		let errors = "";
		child.stderr.setEncoding("utf8").on("data", (text) => {
			errors += text;
		});
		const closed = once(child, "close") as Promise<[code: number | null, signal: NodeJS.Signals | null]>;
		try {
			assert.ok(await hasWorked(child, seconds), `${args[0]} has ended before: ${errors}`);
			const begun = performance.now();
			child.kill("SIGTERM");
			const [code, signal] = await closed;
			const took = performance.now() - begun;
			assert.ok(took < longestEndMs, `${args[0]} has gone on for ${Math.round(took)} ms`);
			return { code, signal, errors };
		} finally {
			child.kill("SIGKILL");
		}
	}

	const out = (): string => path("out", "model.safetensors");
	const big = ["--minutes", "10", "--hidden", "256", "--threads", "2"];

	// In the midst of reading, of asking the memory, of updates, of validations.
	for (const seconds of [0.2, 0.8, 2])
		it(`ends train after ${seconds} seconds, and keeps what is learned`, async () => {
			const { code, signal, errors } = await interrupt(seconds, ["train", workspace, "--out", out(), ...big]);
			// Before anything is learned there is nothing to keep.
			const hasLearned = code === 0;
			assert.ok(hasLearned || signal === "SIGTERM" || /stopped before anything was learned/.test(errors), errors);
			if (hasLearned) assert.ok((await readModel(out())).info.characters > 0);
		});

	for (const seconds of [0.3, 1])
		it(`ends pretrain after ${seconds} seconds`, async () => {
			const corpus = writeCorpus(path("corpus"));
			const { code, signal, errors } = await interrupt(seconds, ["pretrain", corpus, "--out", out(), ...big]);
			assert.ok(code === 0 || code === 1 || signal === "SIGTERM", errors);
			assert.doesNotMatch(errors, /\n\s+at /);
			if (existsSync(out())) await readModel(out());
		});

	const others: readonly [what: string, seconds: number, args: () => readonly string[]][] = [
		["demo", 1.5, () => ["demo", workspace, ...big]],
		["evaluate", 1.5, () => ["evaluate", workspace, "--holdout", "4", "--budget-seconds", "600", "--hidden", "256"]],
		["evaluate", 2.5, () => ["evaluate", workspace, "--holdout", "2", "--budget-seconds", "0.1", "--from", "base"]],
		["replay", 2, () => ["replay", workspace, "--holdout", "2", "--budget-seconds", "0.1", "--from", "base"]],
		["replay", 1.5, () => ["replay", workspace, "--commits", "3"]],
		["score", 1, () => ["score", "--model", join(root, "models/base.safetensors"), join(workspace, "large.ts")]],
		[
			"generate",
			1,
			() => [
				"generate",
				"--model",
				join(root, "models/base.safetensors"),
				"--prompt",
				"let ",
				"--characters",
				"100000",
			],
		],
		[
			"complete",
			0.7,
			() => ["complete", "--folder", workspace, "--file", join(workspace, "large.ts"), "--line", "1", "--column", "3"],
		],
	];
	for (const [what, seconds, args] of others)
		it(`ends ${args().slice(0, 1)} after ${seconds} seconds${what === "replay" ? `, ${args()[2]}` : ""}`, async () => {
			writeFileSync(join(workspace, "large.ts"), `${"let value = file.read(".repeat(20)}\n`.repeat(4000));
			if (what === "complete") writeMuch(join(workspace, "much"));
			gitIn(workspace);
			const { signal, errors } = await interrupt(seconds, args());
			assert.equal(signal, "SIGTERM", errors);
		});
});
