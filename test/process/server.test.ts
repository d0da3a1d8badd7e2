/** Tests of the built server, run as a process. They need dist/. */
import assert from "node:assert/strict";
import { type ChildProcess, fork, type Serializable } from "node:child_process";
import { once } from "node:events";
import { readdirSync } from "node:fs";
import { copyFile, mkdtemp, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import type { Workspace } from "../../src/domain/memory.ts";
import { storageFiles } from "../../src/domain/storage.ts";
import { writeModel } from "../../src/model/checkpoint.ts";
import type { ServerMessage, ServerRequest } from "../../src/protocol/server.ts";
import { serverMessages } from "../../src/protocol/serverShapes.ts";
import { readMemory } from "../../src/server/memory/memoryFile.ts";
import { exampleModel } from "../unit/model/modelFixture.ts";
import { chainModel } from "../unit/support/chainModel.ts";
import { ownRoom } from "../unit/support/ownRoom.ts";

const bundle = join(import.meta.dirname, "../../dist/server.cjs");

type Answer<T extends ServerMessage["type"]> = Extract<ServerMessage, { type: T }>;

/** A server process and the messages that it has sent. */
class Server {
	readonly process: ChildProcess;
	readonly messages: ServerMessage[] = [];
	readonly #waiting = new Set<() => void>();
	#requests = 0;

	constructor(file: string, execArgv: readonly string[]) {
		this.process = fork(file, { stdio: ["ignore", "pipe", "pipe", "ipc"], execArgv: [...execArgv] });
		this.process.on("message", (value) => {
			// As in the host, which drops what is of another shape.
			serverMessages.receive(
				value,
				(message) => this.messages.push(message),
				(reason) => assert.fail(reason),
			);
			for (const wake of this.#waiting) wake();
		});
	}

	send(request: ServerRequest): void {
		this.process.send(request);
	}

	/** The first message of this type that `passes` accepts, among those received and those to come. */
	async next<T extends ServerMessage["type"]>(
		type: T,
		passes: (message: Answer<T>) => boolean = () => true,
	): Promise<Answer<T>> {
		for (;;) {
			const found = this.messages.find((message) => message.type === type && passes(message as Answer<T>));
			if (found !== undefined) return found as Answer<T>;
			await new Promise<void>((resolve) => {
				const wake = (): void => {
					this.#waiting.delete(wake);
					resolve();
				};
				this.#waiting.add(wake);
			});
		}
	}

	/** Loads a model file and returns the answer. */
	async load(file: string | null): Promise<Answer<"model">> {
		const before = this.messages.filter(({ type }) => type === "model").length;
		this.send({ type: "load", file });
		await this.next("model", () => this.messages.filter(({ type }) => type === "model").length > before);
		return this.messages.findLast((message) => message.type === "model") as Answer<"model">;
	}

	open(text: string, version = 1): void {
		this.send({ type: "open", document: "doc", path: "notes.txt", file: null, version, text });
	}

	/** The suggestion, or the reason why there is none. */
	async complete(character: number): Promise<string | undefined> {
		const id = this.#requests++;
		this.send({
			type: "complete",
			id,
			document: "doc",
			version: 1,
			position: { line: 0, character },
			explicit: false,
			count: 1,
			threshold: "balanced",
			forced: "",
		});
		const { suggestions, silence } = await this.next("completions", (message) => message.id === id);
		return suggestions[0]?.text ?? silence;
	}

	/** Asks until there is an answer other than "unsure": a search that runs out of time goes on when it is asked again. */
	async suggest(character: number): Promise<string | undefined> {
		for (;;) {
			const answer = await this.complete(character);
			if (answer !== "unsure") return answer;
		}
	}

	async kill(): Promise<void> {
		if (this.process.exitCode !== null || this.process.signalCode !== null) return;
		const ended = once(this.process, "exit");
		this.process.kill("SIGKILL");
		await ended;
	}
}

describe("the server process", () => {
	let folder: string;
	let quick: string;
	let lazy: string;
	const servers: Server[] = [];

	function start(file = bundle, execArgv: readonly string[] = []): Server {
		const server = new Server(file, execArgv);
		servers.push(server);
		return server;
	}

	before(async () => {
		folder = await mkdtemp(join(tmpdir(), "inkling-server-"));
		quick = join(folder, "quick.safetensors");
		lazy = join(folder, "lazy.safetensors");
		await writeModel(quick, chainModel("the quick\n"));
		await writeModel(lazy, chainModel("the lazy\n"));
	});

	afterEach(async () => {
		for (const server of servers.splice(0)) await server.kill();
	});

	after(async () => {
		await rm(folder, { recursive: true });
	});

	it("says once that it is ready, and what computes", async () => {
		const server = start();
		assert.match((await server.next("ready")).description, /^inkling: WebAssembly/);
		await server.load(null);
		assert.equal(server.messages.filter(({ type }) => type === "ready").length, 1);
	});

	it("drops what it does not understand, says so without quoting it, and goes on", async () => {
		const server = start();
		const values = [null, 1, "load", [], { type: "loaded" }, { type: "load" }, { type: "change", changes: [null] }];
		for (const value of values) server.process.send(value as Serializable);
		await server.load(quick);
		server.open("the ");
		assert.equal(await server.suggest(4), "quick");
		const logged = server.messages.flatMap((message) => (message.type === "log" ? [message.message] : []));
		assert.equal(logged.length, values.length);
		for (const line of logged) assert.match(line, /^A message to the completion process was dropped: [\w .]+\.$/);
	});

	it("completes with the model it has loaded", async () => {
		const server = start();
		server.open("the ");
		assert.equal(await server.complete(4), "noModel");
		const { model, failure } = await server.load(quick);
		assert.equal(failure, undefined);
		assert.deepEqual([model?.cell, model?.hidden, model?.characters], ["gru", 64, 10]);
		assert.equal(await server.suggest(4), "quick");
	});

	it("serves again after a kill and a new start", async () => {
		const first = start();
		await first.load(quick);
		first.open("the ");
		assert.equal(await first.suggest(4), "quick");
		await first.kill();
		const second = start();
		await second.load(quick);
		second.open("the ");
		assert.equal(await second.suggest(4), "quick");
	});

	it("takes a new model while requests come in", async () => {
		const server = start();
		await server.load(quick);
		server.open("the ");
		const texts: (string | undefined)[] = [];
		while (texts.length < 5) texts.push(await server.suggest(4));
		server.send({ type: "load", file: lazy });
		// Each answer comes from one of the two models, and in the end from the new one.
		while (texts.at(-1) !== "lazy") texts.push(await server.suggest(4));
		assert.deepEqual([...new Set(texts)], ["quick", "lazy"]);
	});

	it("answers every one of many requests sent at once, and does not drop the last", async () => {
		const server = start();
		await server.load(quick);
		server.open("the ");
		const answers = await Promise.all(Array.from({ length: 50 }, () => server.complete(4)));
		// A search may run out of time; only a request that another has overtaken may be cancelled.
		const last = answers.pop();
		assert.ok(last === "quick" || last === "unsure", last);
		assert.deepEqual(
			answers.filter((answer) => answer !== "quick" && answer !== "unsure" && answer !== "cancelled"),
			[],
		);
		assert.equal(await server.suggest(4), "quick");
	});

	it("says what is wrong with a broken model, and goes on with the one it has", async () => {
		const broken = join(folder, "broken.safetensors");
		await writeFile(broken, "no model at all");
		const server = start();
		const refused = await server.load(broken);
		assert.equal(refused.model, null);
		assert.equal(refused.failure?.code, "modelBroken");
		assert.equal((await server.load(join(folder, "gone"))).failure?.code, "modelMissing");
		await server.load(quick);
		assert.equal((await server.load(broken)).model?.characters, 10);
		server.open("the ");
		assert.equal(await server.suggest(4), "quick");
	});

	it("refuses a model whose network gives no probabilities, and goes on with the one it has", async () => {
		const huge = join(folder, "huge.safetensors");
		const model = chainModel("the quick\n");
		model.parameters.get("head.weight")?.data.fill(3e38);
		await writeModel(huge, model);
		const server = start();
		await server.load(quick);
		const refused = await server.load(huge);
		assert.equal(refused.failure?.code, "modelBroken");
		assert.match(refused.failure?.detail ?? "", /gives no probabilities/);
		server.open("the ");
		assert.equal(await server.suggest(4), "quick");
	});

	it("refuses a model of both directions, and goes on with the one it has", async () => {
		const both = join(folder, "both.safetensors");
		await writeModel(both, exampleModel({ cell: "gru", hidden: 16, layers: 1, direction: "both" }));
		const server = start();
		await server.load(quick);
		assert.equal((await server.load(both)).failure?.code, "scoresOnly");
		server.open("the ");
		assert.equal(await server.suggest(4), "quick");
	});

	it("takes requests even where nothing can compute, and says what is missing", async () => {
		const alone = join(folder, "server.cjs");
		await copyFile(bundle, alone);
		const server = start(alone);
		assert.match((await server.next("ready")).description, /^no engine: /);
		const { model, failure } = await server.load(quick);
		assert.equal(model, null);
		assert.notEqual(failure, undefined);
		server.open("the ");
		assert.equal(await server.complete(4), "noModel");
	});

	it("scores a document", async () => {
		const server = start();
		await server.load(quick);
		server.open("the quick\nthe quick\n");
		server.send({ type: "score", id: 1, document: "doc" });
		const { bpc, characters } = await server.next("scored");
		assert.equal(characters, 20);
		assert.ok(bpc !== null && bpc < 1);
	});

	describe("with a workspace", () => {
		let work: string;
		let workspace: Workspace;
		const word = "const flabbergasted = reconsider(everything);\n";

		beforeEach(async () => {
			work = await mkdtemp(join(folder, "work-"));
			for (let i = 0; i < 40; i++) {
				const lines = Array.from({ length: 50 }, (_, line) => `line ${line} of the text number ${i}, told\n`);
				await writeFile(join(work, `${i}.txt`), lines.join(""));
			}
			await writeFile(join(work, "word.ts"), word);
			await utimes(join(work, "word.ts"), 1, 1); // read last
			workspace = {
				folders: [{ path: work, name: "work" }],
				rules: { exclude: [], maxFileKiB: 256, maxTotalMiB: 64 },
				index: true,
				storage: join(work, "../storage", basename(work)),
				memoryMiB: 8,
			};
		});

		const memoryFile = (): string => join(workspace.storage as string, storageFiles.memory);
		const stored = (): string[] => {
			try {
				return readdirSync(workspace.storage as string);
			} catch {
				return [];
			}
		};

		/** Starts a server and waits until it has read all files. */
		async function reader(): Promise<Server> {
			const server = start();
			server.send({ type: "workspace", workspace });
			await server.next("memory", ({ memory }) => memory?.reading === false && memory.files === 41);
			return server;
		}

		async function assertKnows(server: Server): Promise<void> {
			server.open("const flab");
			assert.match((await server.suggest(10)) ?? "", /^bergasted/);
		}

		it("suggests what stands in its files, without a model", async () => {
			await assertKnows(await reader());
		});

		it("keeps what it has learned when its parent goes, and reads it back", async () => {
			const first = await reader();
			const ended = once(first.process, "exit");
			first.process.disconnect();
			assert.deepEqual(await ended, [0, null]);
			assert.deepEqual(stored(), [storageFiles.memory]);
			const second = await reader();
			await second.next("log", ({ message }) => /memory of 41 files was read/.test(message));
			await assertKnows(second);
		});

		const moments: readonly [when: string, come: (server: Server) => Promise<unknown>][] = [
			["reading", (server) => server.next("memory", ({ memory }) => memory !== null && memory.characters > 0)],
			[
				"writing",
				async () => {
					while (stored().length === 0) await new Promise((resolve) => setTimeout(resolve, 0));
				},
			],
		];
		for (const [when, come] of moments)
			it(`knows all when it is started again after it was killed while ${when}`, async () => {
				const first = start();
				first.send({ type: "workspace", workspace });
				await come(first);
				await first.kill();
				const second = await reader();
				await assertKnows(second);
				const ended = once(second.process, "exit");
				second.process.disconnect();
				await ended;
				assert.deepEqual(stored(), [storageFiles.memory], "nothing half written is left");
				assert.equal((await readMemory(memoryFile(), ownRoom))?.records.length, 41);
			});

		it("forgets what it has learned, on disk too", async () => {
			const first = await reader();
			first.process.disconnect();
			await once(first.process, "exit");
			const second = await reader();
			second.send({ type: "forget", id: 1 });
			await second.next("forgotten");
			second.open("const flab");
			assert.equal(await second.complete(10), "unsure");
			assert.deepEqual(stored(), []);
		});
	});

	it("ends when its parent goes", async () => {
		const server = start();
		await server.next("ready");
		const ended = once(server.process, "exit");
		server.process.disconnect();
		assert.deepEqual(await ended, [0, null]);
	});

	it("reports an error that nothing handles, and ends", async () => {
		const fault = join(folder, "fault.cjs");
		const throws = 'throw new TypeError("out of order");';
		await writeFile(fault, `process.on("message", ({ type }) => { if (type === "close") ${throws} });`);
		const server = start(bundle, ["--require", fault]);
		await server.next("ready");
		const ended = once(server.process, "exit");
		server.send({ type: "close", document: "doc" });
		assert.deepEqual(await ended, [1, null]);
		const { level, message } = await server.next("log");
		assert.equal(level, "error");
		assert.match(message, /^The completion process ends because of an error: TypeError: out of order/);
	});

	it("writes nothing but messages", async () => {
		const server = start();
		const written = Promise.all([text(server.process.stdout as Readable), text(server.process.stderr as Readable)]);
		await server.load(quick);
		server.open("the ");
		await server.complete(4);
		server.process.disconnect();
		assert.deepEqual(await written, ["", ""]);
	});
});
