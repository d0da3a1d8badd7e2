/** A Python that has PyTorch, which is no dependency of this project. */
import { spawnSync } from "node:child_process";

/** Its command; undefined, after a line that says so, if there is none. */
export function findPyTorch(): string | undefined {
	const python = ["python3", "/usr/bin/python3"].find((name) => spawnSync(name, ["-c", "import torch"]).status === 0);
	if (python === undefined) {
		console.log("    Skipped: no python3 with PyTorch was found (Debian's package is python3-torch).");
	}
	return python;
}
