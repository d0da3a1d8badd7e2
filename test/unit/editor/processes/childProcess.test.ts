import assert from "node:assert/strict";
import { join } from "node:path";
import { type Child, childEnvironment, forkLauncher } from "../../../../src/editor/processes/childProcess.ts";

interface Echo {
	readonly message: string;
	readonly electron: string;
	readonly execArgv: readonly string[];
}

const script = join(import.meta.dirname, "fixtures", "child.mjs");

/** A child, and the events that are still to come from it. */
function fork(path = script, inspectPort?: number, endMilliseconds = 10_000) {
	const lines: string[] = [];
	let message: (echo: Echo) => void = () => {};
	let exit: (reason: string) => void = () => {};
	const messages = new Promise<Echo>((resolve) => {
		message = resolve;
	});
	const exits = new Promise<string>((resolve) => {
		exit = resolve;
	});
	const launch = forkLauncher<string>({
		script: path,
		heap: { mebibytes: 64, youngMebibytes: 1 },
		inspectPort,
		endMilliseconds,
		print: (line) => lines.push(line),
	});
	const child: Child<string> = launch({ message: (echo) => message(echo as Echo), exit });
	return { child, lines, messages, exits };
}

describe("forkLauncher", () => {
	it("exchanges messages with a plain Node of limited memory, and passes on what it prints", async () => {
		const { child, lines, messages, exits } = fork();
		child.send("hello");
		assert.deepEqual(await messages, {
			message: "hello",
			electron: "1",
			execArgv: ["--max-old-space-size=64", "--max-semi-space-size=1"],
		});
		child.kill();
		assert.equal(await exits, "signal SIGKILL");
		assert.deepEqual(lines.toSorted(), ["complained", "printed"]);
	});

	it("gives a child what it inherits, but for a debugger's bootstrap, and as few arenas as it may have if nobody has said how many", () => {
		const own = { ELECTRON_RUN_AS_NODE: "1", ELECTRON_NO_ASAR: "1" };
		const inherited = { HOME: "/home", NODE_OPTIONS: "--require bootloader.js" };
		assert.deepEqual(childEnvironment(inherited, { mebibytes: 64 }), { HOME: "/home", ...own });
		const few = { mebibytes: 64, arenas: 2 };
		assert.deepEqual(childEnvironment(inherited, few), { HOME: "/home", MALLOC_ARENA_MAX: "2", ...own });
		assert.deepEqual(childEnvironment({ MALLOC_ARENA_MAX: "4" }, few), { MALLOC_ARENA_MAX: "4", ...own });
	});

	it("opens the child to a debugger on this machine if it is told to", async () => {
		// 0 lets the system choose a port that is free.
		const { child, lines, messages, exits } = fork(script, 0);
		child.send("hello");
		assert.equal((await messages).execArgv.at(-1), "--inspect=127.0.0.1:0");
		child.kill();
		await exits;
		assert(lines.some((line) => line.startsWith("Debugger listening on ws://127.0.0.1:")));
	});

	const ends: readonly [request: string, reason: string][] = [
		["crash", "signal SIGKILL"],
		["leave", "exit code 3"],
		["exhaust", "out of memory"],
	];
	for (const [request, reason] of ends)
		it(`says ${reason} when the process ends by itself, and takes requests quietly after that`, async () => {
			const { child, exits } = fork();
			child.send(request);
			assert.equal(await exits, reason);
			child.send("too late");
			child.kill();
		});

	it("lets go of a process, which then ends by itself, and ends one that is let go of twice", async () => {
		const { child, messages, exits } = fork();
		child.send("hello");
		await messages;
		child.release();
		assert.equal(await exits, "exit code 0");
		child.release();
	});

	it("ends a process that hangs when it is let go of", async () => {
		const { child, messages, exits } = fork(script, undefined, 50);
		child.send("hang");
		await messages;
		child.release();
		// Nothing that this test starts may run on for ever.
		const rescue = setTimeout(() => process.kill(child.pid as number, "SIGTERM"), 1_500);
		assert.equal(await exits, "signal SIGKILL");
		clearTimeout(rescue);
	});

	it("says that a script does not exist", async () => {
		assert.equal(await fork(`${script}.missing`).exits, "exit code 1");
	});
});
