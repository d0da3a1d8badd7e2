/** A disk that fails once, at each of the operations that a writing makes: the file is then the old one or the new one. */
import assert from "node:assert/strict";
import * as nodeFileSystem from "node:fs/promises";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type FileSystem, writeAtomically } from "../../../src/platform/atomicFile.ts";
import { Failure } from "../../../src/platform/failure.ts";

export interface FaultResult {
	/** Writings in which an operation failed. */
	readonly faults: number;
	/** Of these, writings that went well all the same. */
	readonly borne: number;
}

const codes = ["EIO", "ENOSPC", "EACCES", "EROFS", "EMFILE", "ENOENT"] as const;

/** The file system of Node, of which operation `at` fails, counted from 0. */
class FaultyDisk {
	readonly #at: number;
	readonly #code: string;
	#operations = 0;
	hasFailed = false;

	constructor(at: number, code: string) {
		this.#at = at;
		this.#code = code;
	}

	get fileSystem(): FileSystem {
		return this.#watched({ ...nodeFileSystem }) as FileSystem;
	}

	#watched<T extends object>(object: T): T {
		return new Proxy(object, {
			get: (target, name) => {
				const member: unknown = Reflect.get(target, name);
				if (typeof member !== "function") return member;
				return async (...args: unknown[]) => {
					// A file that cannot be closed is closed all the same, or the test would leave it open.
					const result = name === "close" ? await member.apply(target, args) : undefined;
					if (this.#operations++ === this.#at) {
						this.hasFailed = true;
						throw Object.assign(new Error(`${this.#code}: ${String(name)}`), { code: this.#code });
					}
					if (name === "close") return result;
					const value: unknown = await member.apply(target, args);
					return name === "open" ? this.#watched(value as object) : value;
				};
			},
		});
	}
}

/** Writes a file over and over, with another operation failing each time, until none is left to fail. */
export async function failEachOperation(): Promise<FaultResult> {
	const folder = await mkdtemp(join(tmpdir(), "inkling-faults-"));
	let faults = 0;
	let borne = 0;
	try {
		for (const isNew of [false, true]) {
			for (const code of codes) {
				for (let at = 0; ; at++) {
					const disk = new FaultyDisk(at, code);
					const place = join(folder, `${code}-${at}-${isNew}`);
					const file = join(place, "a", "file");
					if (!isNew) {
						await mkdir(join(place, "a"), { recursive: true });
						await writeFile(file, "old");
					}
					const failure = await writeAtomically(
						file,
						[Buffer.from("new ", "utf8"), Buffer.from("text")],
						disk.fileSystem,
					).then(
						() => undefined,
						(error: unknown) => error,
					);
					if (!disk.hasFailed) break;
					faults++;
					if (failure === undefined) borne++;
					else assert.ok(failure instanceof Failure, String(failure));
					const content = await readFile(file, "utf8").catch(() => undefined);
					// After a failure that came behind the renaming, the new one is there.
					const allowed = failure === undefined ? ["new text"] : [isNew ? undefined : "old", "new text"];
					assert.ok(allowed.includes(content), `${code} at ${at}: ${content}`);
					const left = await readdir(join(place, "a")).catch(() => []);
					assert.ok(left.length <= 2, left.join());
				}
			}
		}
	} finally {
		await rm(folder, { recursive: true, force: true });
	}
	return { faults, borne };
}
