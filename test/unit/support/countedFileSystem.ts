/** A file system that knows what is under way, so that a test can wait until nothing is. */
import type * as nodeFileSystem from "node:fs/promises";

type Operation = (...args: never[]) => unknown;

export class Counter {
	#underWay = 0;

	get isQuiet(): boolean {
		return this.#underWay === 0;
	}

	/** The same object, its asynchronous methods counted; those of files that it opens, too. */
	watch<T extends object>(object: T): T {
		return new Proxy(object, {
			get: (target, name) => {
				const member: unknown = Reflect.get(target, name);
				if (typeof member !== "function") return member;
				return (...args: never[]) => this.#count((member as Operation).apply(target, args));
			},
		});
	}

	#count(result: unknown): unknown {
		if (!(result instanceof Promise)) return result;
		this.#underWay++;
		return result
			.then((value: unknown) => (isFileHandle(value) ? this.watch(value) : value))
			.finally(() => this.#underWay--);
	}
}

function isFileHandle(value: unknown): value is nodeFileSystem.FileHandle {
	return typeof value === "object" && value !== null && "fd" in value && "close" in value;
}
