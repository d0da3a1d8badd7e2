import assert from "node:assert/strict";
import type { MemoryState, Workspace } from "../../../../src/domain/memory.ts";
import type { ModelSummary } from "../../../../src/domain/model.ts";
import { CompletionServer, type LoadResult, type Question } from "../../../../src/editor/processes/completionServer.ts";
import { type ServerMessage, type ServerRequest, serverProtocolVersion } from "../../../../src/protocol/server.ts";
import { FakeClock, FakeLauncher, settle } from "../fakes.ts";

const summary: ModelSummary = {
	cell: "gru",
	hidden: 256,
	layers: 1,
	parameters: 460_000,
	trainedAt: "2025-01-01T00:00:00Z",
	characters: 1e6,
	corpusCharacters: 2e5,
	files: 12,
	cpuSeconds: 60,
	validationBpc: 1.5,
	initialBpc: 8,
	mixtureBpc: 1.5,
	initialMixtureBpc: 1.6,
};

const question: Question = {
	document: "file:///a.ts",
	version: 3,
	position: { line: 0, character: 5 },
	explicit: false,
	count: 1,
	threshold: "balanced",
	forced: "",
};

describe("CompletionServer", () => {
	let clock: FakeClock;
	let launcher: FakeLauncher<ServerRequest, ServerMessage>;
	let server: CompletionServer;
	let loads: LoadResult[];
	let readies: number;
	let mayRun: boolean;
	let memories: (MemoryState | null)[];
	let log: string[];

	beforeEach(() => {
		clock = new FakeClock();
		launcher = new FakeLauncher();
		loads = [];
		log = [];
		memories = [];
		readies = 0;
		mayRun = true;
		server = new CompletionServer(launcher.launch, clock, {
			mayRun: () => mayRun,
			ready: () => readies++,
			model: (result) => loads.push(result),
			memory: (state) => memories.push(state),
			measured: () => {},
			state: () => {},
			log: (level, message) => log.push(`${level} ${message}`),
		});
	});

	const sayReady = (): void =>
		launcher.last.say({ type: "ready", version: serverProtocolVersion, description: "wasm" });
	const sayModel = (): void => launcher.last.say({ type: "model", model: summary });
	const startReady = (): void => {
		server.use("/model");
		server.start();
		sayReady();
		sayModel();
	};
	const sent = <T extends ServerRequest["type"]>(type: T): Extract<ServerRequest, { type: T }>[] =>
		launcher.last.requests.filter((request) => request.type === type) as Extract<ServerRequest, { type: T }>[];

	it("starts no process where none may run, and keeps nobody waiting for one", async () => {
		mayRun = false;
		server.start();
		server.restart();
		assert.equal(await server.whenReady(1_000), false);
		assert.equal((await server.load("/a")).failure?.code, "internal");
		assert.equal(launcher.children.length, 0);
		mayRun = true;
		server.start();
		sayReady();
		server.release();
		assert.deepEqual([launcher.last.released, server.state], [true, "stopped"]);
	});

	it("has nothing to do with a process of another version, and says what to do", () => {
		server.use("/model");
		server.start();
		launcher.last.say({ type: "ready", version: serverProtocolVersion + 1, description: "wasm" });
		assert.equal(server.state, "failed");
		assert.equal(launcher.last.killed, true);
		assert.deepEqual(launcher.last.requests, []);
		assert.match(log.at(-1) ?? "", /another version of Inkling .*reload the window/);
		clock.turn(600_000);
		assert.equal(launcher.children.length, 1);
	});

	it("tells each process of its model first", () => {
		startReady();
		assert.deepEqual(launcher.last.requests, [{ type: "load", file: "/model" }]);
		launcher.last.exit("signal SIGKILL");
		clock.turn(1_000);
		sayReady();
		assert.deepEqual(launcher.last.requests, [{ type: "load", file: "/model" }]);
		assert.equal(readies, 2);
	});

	it("is ready once a process has answered what it thinks of its model", async () => {
		server.use("/model");
		const ready = server.whenReady(1_000);
		assert.equal(launcher.children.length, 1, "asking starts the process");
		sayReady();
		assert.equal(server.ready, false);
		sayModel();
		assert.equal(await ready, true);
		assert.deepEqual(loads, [{ file: "/model", model: summary, failure: undefined }]);
	});

	it("waits for a process no longer than it is told to", async () => {
		const ready = server.whenReady(150);
		clock.turn(150);
		assert.equal(await ready, false);
		assert.equal(server.state, "starting");
	});

	it("answers with what the process suggests, and how long it took", async () => {
		startReady();
		const { answer } = server.ask(question, 150);
		const [{ id } = { id: -1 }] = sent("complete");
		assert.deepEqual(sent("complete"), [{ type: "complete", id, ...question }]);
		clock.turn(12);
		launcher.last.say({ type: "completions", id, suggestions: [{ text: "x", probability: 0.9 }], milliseconds: 9 });
		assert.deepEqual(await answer, {
			suggestions: [{ text: "x", probability: 0.9 }],
			silence: undefined,
			milliseconds: 12,
			trace: undefined,
		});
		assert.equal(clock.pending, 0);
	});

	it("keeps questions apart, in whatever order they are answered", async () => {
		startReady();
		const first = server.ask(question, 150);
		const second = server.ask(question, 150);
		const [one, two] = sent("complete");
		assert(one && two);
		const say = (id: number, text: string): void =>
			launcher.last.say({ type: "completions", id, suggestions: [{ text, probability: 1 }], milliseconds: 1 });
		say(two.id, "second");
		say(one.id, "first");
		assert.equal((await first.answer).suggestions[0]?.text, "first");
		assert.equal((await second.answer).suggestions[0]?.text, "second");
	});

	it("gives up a question when its time is over, and takes a late answer quietly", async () => {
		startReady();
		const { answer } = server.ask(question, 150);
		clock.turn(150);
		assert.deepEqual(await answer, { suggestions: [], silence: "slow", milliseconds: 150 });
		const [cancelled] = sent("cancel");
		assert(cancelled);
		launcher.last.say({
			type: "completions",
			id: cancelled.id,
			suggestions: [],
			silence: "cancelled",
			milliseconds: 1,
		});
		assert.equal(clock.pending, 0);
	});

	it("gives up a question that is cancelled", async () => {
		startReady();
		const { answer, cancel } = server.ask(question, 150);
		cancel();
		assert.equal((await answer).silence, "cancelled");
		assert.equal(sent("cancel").length, 1);
	});

	it("answers at once with nothing when the process ends", async () => {
		startReady();
		const { answer } = server.ask(question, 150);
		launcher.last.exit("signal SIGKILL");
		assert.deepEqual(await answer, { suggestions: [], silence: "serverDown", milliseconds: 0 });
		assert.equal((await server.ask(question, 150).answer).silence, "serverDown");
	});

	it("answers a question put after a crash once the process is back", async () => {
		startReady();
		launcher.last.exit("signal SIGKILL");
		const ready = server.whenReady(5_000);
		clock.turn(1_000);
		sayReady();
		assert.equal(server.ready, false, "a question before the model is loaded would be answered with nothing");
		sayModel();
		assert.equal(await ready, true);
		assert.equal(server.open("file:///a.ts", "a.ts", null, 3, "text"), true);
		const { answer } = server.ask(question, 150);
		const [{ id } = { id: -1 }] = sent("complete");
		launcher.last.say({ type: "completions", id, suggestions: [{ text: "x", probability: 1 }], milliseconds: 1 });
		assert.equal((await answer).suggestions.length, 1);
	});

	it("ends a process that owes an answer for half a minute", () => {
		startReady();
		server.ask(question, 150);
		clock.turn(30_000);
		assert.equal(launcher.last.killed, true);
		assert.equal(server.state, "waiting");
	});

	describe("that is asked what it answers when it has time,", () => {
		const place = { document: "doc", version: 1, position: { line: 0, character: 0 }, lines: 20, seed: 1 };
		const answerUsage = (): void =>
			launcher.last.say({ type: "usage", id: sent("usage").at(-1)?.id ?? -1, bytes: 1e8 });

		it("may take as long as it takes, while it answers what it answers at once", async () => {
			startReady();
			const score = server.score("doc");
			for (let look = 1; look <= 10; look++) {
				clock.turn(30_000);
				assert.equal(sent("usage").length, look);
				answerUsage();
				assert.equal(launcher.last.killed, false);
			}
			launcher.last.say({ type: "scored", id: sent("score")[0]?.id ?? -1, bpc: 2.5, characters: 10 });
			assert.equal(await score, 2.5);
			assert.equal(clock.pending, 0);
		});

		it("is ended if it hangs, and every question has its end", async () => {
			startReady();
			const score = server.score("doc");
			const ends: boolean[] = [];
			server.questions.continueAt(place, (_, isOver) => ends.push(isOver));
			clock.turn(60_000);
			assert.equal(launcher.last.killed, true);
			assert.deepEqual([await score, ends], [null, [true]]);
		});

		it("is looked at no longer once nothing is due", () => {
			startReady();
			server.questions.continueAt(place, () => {})();
			assert.equal(clock.pending, 0);
			clock.turn(60_000);
			assert.deepEqual([sent("usage").length, launcher.last.killed], [0, false]);
		});
	});

	it("loads a file and says what came of it, starting a process for that", async () => {
		const load = server.load("/candidate");
		sayReady();
		assert.deepEqual(sent("load"), [{ type: "load", file: "/candidate" }]);
		launcher.last.say({ type: "model", model: null, failure: { code: "modelBroken", detail: "no header" } });
		assert.deepEqual(await load, {
			file: "/candidate",
			model: null,
			failure: { code: "modelBroken", detail: "no header" },
		});
	});

	it("says which model is a base", () => {
		startReady();
		server.use("/base", true);
		server.use("/model");
		void server.load("/other");
		assert.deepEqual(sent("load").slice(-3), [
			{ type: "load", file: "/base", isBase: true },
			{ type: "load", file: "/model" },
			{ type: "load", file: "/other" },
		]);
	});

	it("answers loads in their order", async () => {
		startReady();
		const first = server.load("/one");
		const second = server.load("/two");
		sayModel();
		launcher.last.say({ type: "model", model: null });
		assert.equal((await first).file, "/one");
		assert.equal((await second).model, null);
	});

	it("fails a load whose file brings the process down", async () => {
		startReady();
		const load = server.load("/evil");
		launcher.last.exit("signal SIGSEGV");
		const { failure } = await load;
		assert.equal(failure?.code, "internal");
		server.use("/model");
		clock.turn(1_000);
		sayReady();
		assert.deepEqual(sent("load"), [{ type: "load", file: "/model" }]);
	});

	it("ends a process that hangs over a load", async () => {
		startReady();
		const load = server.load("/endless");
		clock.turn(30_000);
		assert.equal((await load).failure?.code, "internal");
	});

	it("refuses when the process has crashed too often, without waiting", async () => {
		startReady();
		for (const pause of [1_000, 5_000, 30_000, 0]) {
			launcher.last.exit("exit code 1");
			clock.turn(pause);
		}
		assert.equal(server.state, "failed");
		assert.equal(await server.whenReady(5_000), false);
		const load = server.load("/other");
		sayReady();
		sayModel();
		const { file, failure } = await load;
		assert.deepEqual([file, failure], ["/other", undefined], "an import is a reason to try again");
	});

	it("lets go of who waits when it is disposed of", async () => {
		const ready = server.whenReady(5_000);
		const load = server.load("/model");
		server.dispose();
		assert.equal(await ready, false);
		assert.equal((await load).failure?.code, "internal");
		await settle();
		assert.equal(clock.pending, 0);
	});

	describe("with a workspace to remember", () => {
		const workspace: Workspace = {
			folders: [{ path: "/work", name: "work" }],
			rules: { exclude: [], maxFileKiB: 256, maxTotalMiB: 64 },
			index: true,
			storage: "/storage",
			memoryMiB: 64,
		};

		it("tells each process of it before all else", () => {
			server.remember(workspace);
			startReady();
			assert.deepEqual(launcher.last.requests, [
				{ type: "workspace", workspace },
				{ type: "load", file: "/model" },
			]);
			server.remember({ ...workspace, memoryMiB: 32 });
			assert.deepEqual(sent("workspace").at(-1)?.workspace, { ...workspace, memoryMiB: 32 });
			launcher.last.exit("signal SIGKILL");
			clock.turn(1_000);
			sayReady();
			assert.deepEqual(launcher.last.requests[0], { type: "workspace", workspace: { ...workspace, memoryMiB: 32 } });
		});

		it("tells each process whether a training runs, as often as that changes", () => {
			startReady();
			for (const isRunning of [false, true, true]) server.trains(isRunning);
			assert.deepEqual(sent("training"), [{ type: "training", isRunning: true }]);
			launcher.last.exit("signal SIGKILL");
			clock.turn(1_000);
			sayReady();
			assert.deepEqual(sent("training"), [{ type: "training", isRunning: true }]);
			server.trains(false);
			assert.equal(sent("training").at(-1)?.isRunning, false);
		});

		it("passes on what the process remembers, and that it is gone with it", () => {
			startReady();
			const memory = { reading: false, files: 1, characters: 2 };
			launcher.last.say({ type: "memory", memory });
			launcher.last.exit("signal SIGKILL");
			assert.deepEqual(memories, [memory, null]);
		});

		it("asks for a score and for the RAM it takes, and gets no answer where no process runs", async () => {
			assert.deepEqual(await Promise.all([server.score("doc"), server.usage()]), [null, null]);
			startReady();
			const answers = [server.score("doc"), server.usage(), server.score("other")];
			const [score, other] = sent("score");
			const [usage] = sent("usage");
			launcher.last.say({ type: "usage", id: usage?.id ?? -1, bytes: 1e8 });
			launcher.last.say({ type: "scored", id: score?.id ?? -1, bpc: 2.5, characters: 10 });
			assert.equal(other?.document, "other");
			launcher.last.exit("signal SIGKILL");
			assert.deepEqual(await Promise.all(answers), [2.5, 1e8, null]);
		});

		it("waits until all is forgotten, and has the files read by no later process", async () => {
			server.remember(workspace);
			startReady();
			const forgotten = server.forget();
			const [{ id } = { id: -1 }] = sent("forget");
			let isForgotten = false;
			void forgotten.then(() => {
				isForgotten = true;
			});
			await settle();
			assert.equal(isForgotten, false);
			launcher.last.say({ type: "forgotten", id });
			await forgotten;
			assert.equal(clock.pending, 0);
			launcher.last.exit("signal SIGKILL");
			clock.turn(1_000);
			sayReady();
			assert.deepEqual(sent("workspace")[0]?.workspace, { ...workspace, index: false });
		});

		it("takes the end of a process for forgetting, and ends one that hangs over it", async () => {
			startReady();
			const first = server.forget();
			launcher.last.exit("signal SIGKILL");
			await first;
			await server.forget();
			clock.turn(1_000);
			sayReady();
			sayModel();
			const third = server.forget();
			clock.turn(30_000);
			await third;
			assert.equal(launcher.last.killed, true);
		});
	});

	it("lets the process keep what it has learned when it is disposed of", () => {
		startReady();
		server.dispose();
		assert.deepEqual([launcher.last.released, launcher.last.killed], [true, false]);
		assert.equal(server.state, "stopped");
	});

	it("passes on what the process logs", () => {
		startReady();
		launcher.last.say({ type: "log", level: "warn", message: "slow" });
		assert(log.includes("warn slow"));
	});
});
