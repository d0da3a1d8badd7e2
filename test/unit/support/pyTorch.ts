/** A Python that has PyTorch, which is no dependency of this project. */
import { spawnSync } from "node:child_process";

/** It takes a second or more to find out. */
let found: { readonly python: string | undefined } | undefined;

/** Its command; undefined, after a line that says so, if there is none. */
export function findPyTorch(): string | undefined {
	found ??= {
		python: ["python3", "/usr/bin/python3"].find((name) => spawnSync(name, ["-c", "import torch"]).status === 0),
	};
	const { python } = found;
	if (python === undefined) {
		console.log("    Skipped: no python3 with PyTorch was found (Debian's package is python3-torch).");
	}
	return python;
}
