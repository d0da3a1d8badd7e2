/**
 * Whatever an editor says, in whatever order: random sequences of well-shaped messages, with versions that are old or yet to come, places
 * beyond the text, closed documents, and cancelled, overtaken and repeated questions. A model of the documents that knows nothing of lines
 * and contexts says what each answer may be.
 */
import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import fc from "fast-check";
import { isSecretPath } from "../../../src/corpus/secrets/paths.ts";
import type { Position } from "../../../src/domain/text.ts";
import type { ServerMessage, ServerRequest } from "../../../src/protocol/server.ts";
import { serverRequests } from "../../../src/protocol/serverShapes.ts";
import { useTemporaryFolder } from "../support/temporaryFolder.ts";
import { code, SessionBench } from "./sessionBench.ts";

type Complete = Extract<ServerRequest, { type: "complete" }>;
type Completions = Extract<ServerMessage, { type: "completions" }>;

/** Never to be found in the log. */
const confidential = "confidential";
const pieces = ["const ", "value = compute(first);", "x", "", "é😀", "\t}", confidential, "\n", "\r\n", "\r", "\0"];
const text = fc.array(fc.constantFrom(...pieces), { maxLength: 8 }).map((parts) => parts.join(""));
const documents = ["a", "b"];
const paths = ["a.ts", "b.md", ".env", "c.ipynb", "folder/d.py"];
const files = ["model", "none", "faulty"];

/** A place: in the text if it is `inside`, else anywhere. */
const place = fc.record({
	inside: fc.boolean(),
	line: fc.double({ min: 0, max: 1, noNaN: true }),
	character: fc.double({ min: 0, max: 1, noNaN: true }),
	elsewhere: fc.constantFrom(-1, 0, 1, 7, 0.5, 2 ** 31, 1e300),
});
type Place = typeof place extends fc.Arbitrary<infer T> ? T : never;
/** How far a version is from the present one; mostly right. */
const drift = fc.constantFrom(0, 0, 0, 0, 0, 0, 0, -1, -2, 1, 1e9);
const document = fc.constantFrom(...documents);

const step = fc.oneof(
	{
		weight: 6,
		arbitrary: fc.record({ type: fc.constant("open" as const), document, path: fc.constantFrom(...paths), text }),
	},
	{
		weight: 12,
		arbitrary: fc.record({
			type: fc.constant("change" as const),
			document,
			drift,
			changes: fc.array(fc.record({ start: place, end: place, text }), { maxLength: 3 }),
		}),
	},
	{
		weight: 12,
		arbitrary: fc.record({
			type: fc.constant("complete" as const),
			document,
			drift,
			at: place,
			explicit: fc.boolean(),
			count: fc.constantFrom(1, 3, 0, 1e9),
			forced: fc.constantFrom("", "", "", "v", "\n"),
		}),
	},
	{
		weight: 4,
		arbitrary: fc.record({
			type: fc.constant("continue" as const),
			document,
			drift,
			at: place,
			lines: fc.constantFrom(0, 1, 4),
		}),
	},
	{ weight: 4, arbitrary: fc.record({ type: fc.constantFrom("score" as const, "spell" as const), document, drift }) },
	{
		weight: 4,
		arbitrary: fc.record({ type: fc.constantFrom("surprise" as const, "expect" as const), document, drift, at: place }),
	},
	{ weight: 3, arbitrary: fc.record({ type: fc.constant("cancel" as const), back: fc.constantFrom(0, 1, 2, 1000) }) },
	{ weight: 3, arbitrary: fc.record({ type: fc.constantFrom("close" as const, "above" as const), document, text }) },
	{
		weight: 2,
		arbitrary: fc.record({ type: fc.constant("load" as const), file: fc.option(fc.constantFrom(...files)) }),
	},
	{
		weight: 3,
		arbitrary: fc.record({
			type: fc.constantFrom(
				"forget" as const,
				"usage" as const,
				"surpriseOff" as const,
				"training" as const,
				"files" as const,
			),
			flag: fc.boolean(),
		}),
	},
	{ weight: 2, arbitrary: fc.record({ type: fc.constant("workspace" as const), flag: fc.boolean() }) },
	{
		weight: 8,
		arbitrary: fc.record({ type: fc.constant("time" as const), milliseconds: fc.constantFrom(-1, 0, 10, 60_000) }),
	},
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** The text of a document, as one string. */
class Mirror {
	readonly path: string;
	readonly isSecret: boolean;
	version = 1;
	text: string;
	/** What is read before it. */
	above = "";

	constructor(path: string, text: string) {
		this.path = path;
		this.isSecret = isSecretPath(path);
		this.text = normalized(text);
	}

	get lines(): string[] {
		return this.text.split("\n");
	}

	at({ inside, line, character, elsewhere }: Place): Position {
		if (!inside) return { line: Math.round(line * 3), character: elsewhere };
		const { lines } = this;
		const number = Math.min(lines.length - 1, Math.floor(line * lines.length));
		return { line: number, character: Math.floor(character * ((lines[number] as string).length + 1)) };
	}

	/** UTF-16 units before a position; undefined if there is no such. */
	offset({ line, character }: Position): number | undefined {
		const found = this.lines[line];
		if (found === undefined || character < 0 || character > found.length) return undefined;
		return this.lines.slice(0, line).reduce((sum, { length }) => sum + length + 1, Math.floor(character));
	}

	/** Whether the change fits. */
	change({ start, end, text }: { start: Position; end: Position; text: string }): boolean {
		const [from, to] = [this.offset(start), this.offset(end)];
		if (from === undefined || to === undefined || to < from) return false;
		if (start.line === end.line && end.character < start.character) return false;
		this.text = this.text.slice(0, from) + normalized(text) + this.text.slice(to);
		return true;
	}
}

function normalized(text: string): string {
	return text.replaceAll("\r\n", "\n").replaceAll("\r", "\n");
}

/** A session, and what is known of it from outside. */
class Editor {
	readonly bench = new SessionBench();
	readonly #mirrors = new Map<string, Mirror>();
	readonly #folder: string;
	readonly #completes = new Map<number, Complete>();
	readonly #cancellable = new Set<number>();
	/** Ids of questions by the type of their answers. */
	readonly #asked = new Map<ServerMessage["type"], number[]>();
	#loads = 0;
	#id = 0;
	#seen = 0;
	#mayFail = false;
	#hasWorkspace = false;
	/** The model that answers for sure; null: it may be another, or none. */
	#loaded: string | null = null;
	#misfits = 0;

	constructor(folder: string) {
		this.#folder = folder;
		this.bench.files.set("model", code);
		this.bench.files.set("faulty", "faulty");
	}

	async take(step: Step): Promise<void> {
		if (step.type === "time") {
			if (step.milliseconds < 0) this.bench.turn();
			else this.bench.pass(step.milliseconds);
			// What is waiting for the disk or a model goes on.
			await new Promise(setImmediate);
		} else {
			const request = this.#requestOf(step);
			// As it arrives, it is of the right shape.
			serverRequests.receive(
				JSON.parse(JSON.stringify(request)),
				(taken) => void this.bench.send(taken),
				(reason) => assert.fail(reason),
			);
		}
		await this.#judge();
	}

	/** With a model, and all documents open. */
	async begin(): Promise<void> {
		await this.take({ type: "load", file: "model" });
		await this.take({ type: "time", milliseconds: 0 });
		assert.equal(this.bench.of("model").length, 1);
		this.#loaded = "model";
		for (const document of documents) await this.take({ type: "open", document, path: "a.ts", text: `${code}const ` });
	}

	/** All that was asked is answered once, and the session still works. */
	async end(): Promise<void> {
		const { bench } = this;
		await bench.until("all is answered", () => {
			bench.pass(1000);
			return (
				[...this.#asked].every(([type, ids]) => this.#idsOf(type).length >= ids.length) &&
				bench.of("model").length >= this.#loads
			);
		});
		await this.#judge();
		for (const [type, ids] of this.#asked)
			assert.deepEqual(this.#idsOf(type).sort(byNumber), ids.toSorted(byNumber), `answers of the type ${type}`);
		assert.equal(bench.of("model").length, this.#loads);
		assert.equal(bench.of("log").filter(({ level }) => level === "warn").length >= this.#misfits, true);

		await bench.load("model");
		for (const [id, { isSecret, text, version }] of this.#mirrors) {
			if (isSecret) continue;
			// The text of the session is that of the model of it: a question about its end is not stale, one about what is behind it is.
			const line = text.split("\n").length - 1;
			const { length } = text.split("\n").at(-1) as string;
			for (const [character, isStale] of [
				[length, false],
				[length + 1, true],
			] as const) {
				const request: Complete = {
					type: "complete",
					id: ++this.#id,
					document: id,
					version,
					position: { line, character },
					explicit: true,
					count: 1,
					threshold: "balanced",
					forced: "",
				};
				bench.send(request).pass(0);
				assert.equal(bench.last("completions")?.silence === "stale", isStale, `${id} at its end`);
			}
			bench.send({ type: "score", id: ++this.#id, document: id }).pass(1000);
			assert.equal(bench.last("scored")?.id, this.#id);
			assert.equal(bench.last("scored")?.characters, [...text].length, `the characters of ${JSON.stringify(text)}`);
		}
		await bench.session.close();
	}

	/** What is known of a document from before, its contexts above all, changes no answer. */
	async #compareWithFresh({ id: _, ...request }: Complete, answer: Completions, mirror: Mirror): Promise<void> {
		const { path, text, above } = mirror;
		const fresh = await SessionBench.with(code);
		fresh.send({ type: "open", document: request.document, path, file: null, version: 1, text, above });
		fresh.send({ ...request, id: 1, version: 1 }).work();
		assert.deepEqual(answer.suggestions, fresh.last("completions")?.suggestions, JSON.stringify([request, mirror]));
	}

	#idsOf(type: ServerMessage["type"]): number[] {
		return this.bench.messages.flatMap((message) => {
			if (message.type !== type || (message.type === "continued" && !message.isOver)) return [];
			return "id" in message ? [message.id] : [];
		});
	}

	#ask(type: ServerMessage["type"]): number {
		const ids = this.#asked.get(type) ?? [];
		this.#asked.set(type, ids);
		ids.push(++this.#id);
		return this.#id;
	}

	#requestOf(step: Exclude<Step, { type: "time" }>): ServerRequest {
		const mirror = "document" in step ? this.#mirrors.get(step.document) : undefined;
		const version = (mirror?.version ?? 1) + ("drift" in step ? step.drift : 0);
		const position = (place: Place): Position => (mirror ?? new Mirror("a.ts", "")).at(place);
		switch (step.type) {
			case "open": {
				const { document, path, text } = step;
				this.#mirrors.set(document, new Mirror(path, text));
				return { type: "open", document, path, file: null, version: 1, text };
			}
			case "change":
				return this.#change(step, mirror, version);
			case "complete": {
				const { document, explicit, count, forced, at } = step;
				const request: Complete = {
					type: "complete",
					id: this.#ask("completions"),
					document,
					version,
					position: position(at),
					explicit,
					count,
					threshold: "balanced",
					forced,
				};
				for (const id of this.#completes.keys()) this.#cancellable.add(id);
				this.#completes.set(request.id, request);
				return request;
			}
			case "continue":
				return {
					type: "continue",
					id: this.#ask("continued"),
					document: step.document,
					version,
					position: position(step.at),
					lines: step.lines,
					seed: 1,
				};
			case "score":
				return { type: "score", id: this.#ask("scored"), document: step.document };
			case "spell":
				return { type: "spell", id: this.#ask("spelled"), document: step.document, version, scope: "everything" };
			case "surprise":
				return {
					type: "surprise",
					id: this.#ask("surprised"),
					document: step.document,
					version,
					line: Math.abs(Math.floor(position(step.at).line)),
				};
			case "expect":
				return {
					type: "expect",
					id: this.#ask("expected"),
					document: step.document,
					version,
					position: position(step.at),
				};
			case "cancel":
				this.#cancellable.add(this.#id - step.back);
				return { type: "cancel", id: this.#id - step.back };
			case "close":
				this.#mirrors.delete(step.document);
				return { type: "close", document: step.document };
			case "above":
				if (mirror !== undefined) mirror.above = `${step.text}\n`;
				return { type: "above", document: step.document, text: `${step.text}\n` };
			case "load":
				this.#loads++;
				this.#mayFail ||= step.file === "faulty";
				// The model before is kept where there is no file. Until this one is there, either may answer.
				if (step.file !== "none") this.#loaded = step.file === this.#loaded ? step.file : null;
				return { type: "load", file: step.file };
			case "forget":
				return { type: "forget", id: this.#ask("forgotten") };
			case "usage":
				return { type: "usage", id: this.#ask("usage") };
			case "surpriseOff":
				return { type: "surpriseOff" };
			case "training":
				return { type: "training", isRunning: step.flag };
			case "files":
				return {
					type: "files",
					paths: step.flag ? [`${this.#folder}/a.ts`, `${this.#folder}/gone.ts`, "relative"] : null,
				};
			case "workspace":
				this.#hasWorkspace = true;
				return {
					type: "workspace",
					workspace: {
						folders: step.flag ? [{ path: this.#folder, name: "work" }] : [],
						rules: { exclude: [], maxFileKiB: 256, maxTotalMiB: 16 },
						index: step.flag,
						storage: null,
						memoryMiB: 8,
					},
				};
		}
	}

	#change(
		{ document, changes }: Extract<Step, { type: "change" }>,
		mirror: Mirror | undefined,
		version: number,
	): ServerRequest {
		const made: { start: Position; end: Position; text: string }[] = [];
		let fits = mirror !== undefined && version + 1 >= mirror.version;
		for (const change of changes) {
			// Places are those of the text that the change before has left.
			const present = mirror ?? new Mirror("a.ts", "");
			const [start, end] = [present.at(change.start), present.at(change.end)];
			made.push({ start, end, text: change.text });
			if (fits && mirror !== undefined) fits = mirror.change({ start, end, text: change.text });
		}
		if (mirror !== undefined && !mirror.isSecret) {
			if (fits) mirror.version = version + 1;
			else {
				this.#mirrors.delete(document);
				this.#misfits++;
			}
		}
		return { type: "change", document, version: version + 1, changes: made };
	}

	/** Looks at the messages that have come since the last look. */
	async #judge(): Promise<void> {
		const fresh = this.bench.messages.slice(this.#seen);
		this.#seen = this.bench.messages.length;
		for (const message of fresh) {
			if (message.type === "completions") await this.#judgeCompletions(message);
			if (message.type === "log") {
				assert.ok(!message.message.includes(confidential), message.message);
				if (message.level === "error" && !this.#mayFail) assert.match(message.message, /no dictionary/);
			}
		}
	}

	async #judgeCompletions(answer: Completions): Promise<void> {
		const { id, suggestions, silence } = answer;
		const request = this.#completes.get(id);
		assert.ok(request !== undefined, `an answer to ${id}, which was not asked or is answered`);
		this.#completes.delete(id);
		if (silence === "cancelled") {
			assert.ok(this.#cancellable.has(id), "only what is overtaken or cancelled is dropped");
			return;
		}
		const mirror = this.#mirrors.get(request.document);
		if (mirror === undefined) assert.equal(silence, "unknownDocument");
		else if (mirror.isSecret) assert.equal(silence, "secret");
		else if (mirror.version !== request.version) assert.equal(silence, "stale");
		else if (silence !== "noModel") {
			assert.equal(silence === "stale", mirror.offset(request.position) === undefined, JSON.stringify(request));
			for (const { text, probability } of suggestions) {
				assert.ok(text.startsWith(request.forced) && text !== "", "a suggestion begins as was asked");
				assert.ok(probability > 0 && probability <= 1, `${probability}`);
			}
			assert.ok(suggestions.length <= request.count, `${suggestions.length} of ${request.count}`);
			assert.equal(suggestions.length === 0, silence !== undefined);
			// A memory learns on, and gives other answers.
			if (this.#loaded === "model" && !this.#hasWorkspace) await this.#compareWithFresh(request, answer, mirror);
		}
	}
}

function byNumber(one: number, other: number): number {
	return one - other;
}

/** By hand: `INKLING_TEST_RUNS=20000 INKLING_TEST_SEED=2`. */
const runs = {
	numRuns: Number(process.env["INKLING_TEST_RUNS"] ?? 60),
	...(process.env["INKLING_TEST_SEED"] === undefined ? {} : { seed: Number(process.env["INKLING_TEST_SEED"]) }),
};

describe("any sequence of messages", () => {
	const folder = useTemporaryFolder();

	it("is answered, each question once, and leaves the documents as they were changed", async () => {
		await mkdir(folder("work"), { recursive: true });
		await writeFile(folder("work", "a.ts"), code);
		await fc.assert(
			fc.asyncProperty(fc.boolean(), fc.array(step, { minLength: 10, maxLength: 60 }), async (learns, steps) => {
				const editor = new Editor(folder("work"));
				await editor.begin();
				for (const one of steps) if (learns || one.type !== "workspace") await editor.take(one);
				await editor.end();
			}),
			runs,
		);
	}).timeout(2_000 * runs.numRuns);
});
