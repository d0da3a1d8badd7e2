/** A small workspace with a history, for sessions. */
import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const files = 16;

export function lineOf(file: number, line: number): string {
	return `export const answer${file}x${line} = question === undefined ? ${line} : compute(question, ${file});\n`;
}

export function textOf(file: number, lines = 24): string {
	return Array.from({ length: lines }, (_, line) => lineOf(file, line)).join("");
}

export function writeWorkspace(folder: string): void {
	mkdirSync(folder, { recursive: true });
	for (let file = 0; file < files; file++) writeFileSync(join(folder, `file${file}.ts`), textOf(file));
}

/** Makes the folder a repository with a few commits, if there is git. */
export function gitIn(folder: string): void {
	const git = (...args: readonly string[]): void => {
		const { status, stderr } = spawnSync("git", ["-c", "user.name=A", "-c", "user.email=a@b.c", ...args], {
			cwd: folder,
			encoding: "utf8",
		});
		if (status !== 0) throw new Error(stderr);
	};
	git("init", "-q");
	git("add", ".");
	git("commit", "-q", "-m", "Begin");
	for (let commit = 0; commit < 3; commit++) {
		writeFileSync(join(folder, `file${commit}.ts`), textOf(commit, 26 + commit));
		git("add", ".");
		git("commit", "-q", "-m", `Answer more questions of file ${commit}`);
	}
}
