/** A session over a folder on disk, as the editor would set it up. */
import * as nodeFileSystem from "node:fs/promises";
import { mkdir, utimes, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { MemoryState, Workspace } from "../../../../src/domain/memory.ts";
import { cellPath } from "../../../../src/domain/notebook.ts";
import { storageFiles } from "../../../../src/domain/storage.ts";
import type { ServerRequest } from "../../../../src/protocol/server.ts";
import type { SessionHost } from "../../../../src/server/session.ts";
import { Counter } from "../../support/countedFileSystem.ts";
import type { CountingMemory } from "../../support/countingMemory.ts";
import { completeAt, SessionBench } from "../sessionBench.ts";

/** Long enough for finished lines to be learned. */
const moment = 300;
/** Long enough for a look through the folders that is due. */
const pause = 6_000;

export class WorkspaceBench extends SessionBench {
	readonly workspace: Workspace;
	readonly #root: string;
	readonly #disk: Counter;
	#documents = 0;
	#second = 1_000_000;

	/** `folder` holds the workspace and, beside it, the storage. */
	constructor(folder: string, changed: Partial<Workspace> = {}, parts: Partial<SessionHost> = {}) {
		const disk = new Counter();
		// A copy, as the properties of a module cannot be answered for by a proxy.
		super({ ...parts, fileSystem: disk.watch({ ...(parts.fileSystem ?? nodeFileSystem) }) });
		this.#disk = disk;
		this.#root = join(folder, "work");
		this.workspace = {
			folders: [{ path: this.#root, name: "work" }],
			rules: { exclude: [], maxFileKiB: 256, maxTotalMiB: 64 },
			index: true,
			storage: join(folder, "storage"),
			memoryMiB: 64,
			...changed,
		};
	}

	get memoryFile(): string {
		return join(this.workspace.storage ?? "", storageFiles.memory);
	}

	path(name: string): string {
		return join(this.#root, name);
	}

	/** Writes files; each is edited a second after the one before. */
	async lay(files: Readonly<Record<string, string | Uint8Array>>): Promise<void> {
		for (const [name, content] of Object.entries(files)) {
			await mkdir(dirname(this.path(name)), { recursive: true });
			await writeFile(this.path(name), content);
			await utimes(this.path(name), ++this.#second, this.#second);
		}
	}

	/** Writes files and says so, as the editor does. */
	async save(files: Readonly<Record<string, string | Uint8Array>>): Promise<void> {
		await this.lay(files);
		await this.changed(...Object.keys(files));
	}

	async changed(...names: readonly string[]): Promise<void> {
		this.send({ type: "files", paths: names.map((name) => this.path(name)) });
		await this.rest();
	}

	/** Sends the workspace and reads it all. */
	async begin(changed: Partial<Workspace> = {}): Promise<this> {
		const before = this.of("memory").length;
		this.send({ type: "workspace", workspace: { ...this.workspace, ...changed } });
		await this.until("a memory", () => this.of("memory").length > before && this.state !== null);
		await this.rest();
		return this;
	}

	/** Until nothing is left to do, what is to be done in a moment included. */
	async rest(): Promise<void> {
		await this.#settle();
		this.pass(moment);
		await this.#settle();
	}

	/** The same, and what is put off for some seconds. */
	async later(): Promise<void> {
		await this.rest();
		this.pass(pause);
		await this.rest();
	}

	/** Until nothing more comes of what was begun; time stands still. */
	async #settle(): Promise<void> {
		// What one operation on the disk leads to has begun a few turns after it is done, work in slices between them.
		for (let quiet = 0; quiet < 50; quiet++) {
			await new Promise(setImmediate);
			if (this.isBusy || !this.#disk.isQuiet) quiet = 0;
			this.work();
		}
	}

	get state(): MemoryState | null {
		return this.last("memory")?.memory ?? null;
	}

	/** All that the present memory has learned, in order. */
	get learned(): string {
		return textOf(this.present);
	}

	/** How often the present memory has learned `line`. */
	times(line: string): number {
		return this.learned.split("\n").filter((learned) => learned.includes(line)).length;
	}

	/** What is suggested at the end of `text` in a new document that learns nothing. */
	async suggestionAfter(text: string, path = "new.ts"): Promise<string | undefined> {
		const document = `probe${++this.#documents}`;
		const file = { path: this.path(path), whole: true };
		const lines = text.split("\n");
		const request = completeAt(lines.length - 1, lines.at(-1)?.length ?? 0, { document, id: 1e6 + this.#documents });
		this.send({ type: "open", document, path, file, version: 1, text }, request).work();
		this.send({ type: "close", document });
		return this.last("completions")?.suggestions[0]?.text;
	}
}

/** All that it has learned, in order. */
export function textOf(memory: CountingMemory | undefined): string {
	return memory?.text.replaceAll("\0", "") ?? "";
}

/** A document that is typed in, line by line. */
export class Typist {
	readonly #bench: WorkspaceBench;
	readonly id: string;
	#version = 1;
	#lines: string[];

	/** The name of a cell is that of its notebook, "#" and its own. */
	constructor(
		bench: WorkspaceBench,
		name: string,
		text = "",
		place: boolean | "elsewhere" | "cell" | "newCell" = false,
	) {
		this.#bench = bench;
		this.id = name;
		this.#lines = text.split("\n");
		const [notebook = ""] = name.split("#");
		const isCell = place === "cell" || place === "newCell";
		const file = place && place !== "newCell" ? { path: bench.path(notebook), whole: !isCell } : null;
		const elsewhere = { path: name, whole: true, isElsewhere: true } as const;
		// Outside of all folders, the editor tells the last part of the path only.
		const path = place === "elsewhere" ? basename(name) : isCell ? cellPath(notebook, "python") : name;
		bench.send({
			type: "open",
			document: name,
			path,
			file: place === "elsewhere" ? elsewhere : file,
			version: 1,
			text,
			...(isCell ? { notebook } : {}),
		});
	}

	get text(): string {
		return this.#lines.join("\n");
	}

	/** Letter by letter, at the end of a line, by default the last. */
	type(text: string, line = this.#lines.length - 1): this {
		let at = line;
		for (const letter of text) {
			const end = { line: at, character: this.#lines[at]?.length ?? 0 };
			this.#change({ start: end, end, text: letter });
			if (letter === "\n") this.#lines.splice(++at, 0, "");
			else this.#lines[at] += letter;
		}
		return this;
	}

	/** Lets a moment pass, so that what is finished is learned. */
	async pause(): Promise<this> {
		await this.#bench.rest();
		return this;
	}

	close(): void {
		this.#bench.send({ type: "close", document: this.id });
	}

	#change(change: Extract<ServerRequest, { type: "change" }>["changes"][number]): void {
		this.#bench.send({ type: "change", document: this.id, version: ++this.#version, changes: [change] }).pass(20);
	}
}
