/** Small histories made with git, for tests. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

export interface CommitOptions {
	readonly author?: string;
	readonly message?: string;
	/** ISO 8601; now, where it is left out. */
	readonly date?: string;
}

export class GitFixture {
	readonly folder = mkdtempSync(join(tmpdir(), "inkling-git-"));
	#commits = 0;

	constructor() {
		this.git("init", "--quiet", "--initial-branch=main");
	}

	/** What git says, without the user's own configuration. */
	git(...args: readonly string[]): string {
		return this.#git(args);
	}

	#git(args: readonly string[], variables: Readonly<Record<string, string>> = {}): string {
		const nobody = { GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_SYSTEM: "/dev/null", GIT_CONFIG_NOSYSTEM: "1" };
		const person = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org"];
		const env = { ...process.env, ...nobody, ...variables };
		return execFileSync("git", [...person, ...args], { cwd: this.folder, env, encoding: "utf8" });
	}

	/** Writes files, or deletes those that are null, and commits all. Returns the commit. */
	commit(files: Readonly<Record<string, string | Buffer | null>>, options: CommitOptions = {}): string {
		for (const [path, content] of Object.entries(files)) {
			const place = join(this.folder, path);
			mkdirSync(dirname(place), { recursive: true });
			if (content === null) rmSync(place);
			else writeFileSync(place, content);
		}
		const { author = "Ada <ada@example.org>", message = `Change ${++this.#commits}`, date } = options;
		const clock = date === undefined ? {} : { GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date };
		this.git("add", "--all");
		this.#git(["commit", "--quiet", "--allow-empty", "-m", message, "--author", author], clock);
		return this.git("rev-parse", "HEAD").trim();
	}

	remove(): void {
		rmSync(this.folder, { recursive: true, force: true });
	}
}
