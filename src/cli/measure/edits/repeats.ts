/**
 * How well the changes of a commit are repeated: its edits are made in their order, and what is offered to be repeated after
 * each is compared with the edits that follow. The user takes an offer exactly if it makes one or several of them.
 */

import type { Position } from "../../../domain/text.ts";
import type { Place } from "../../../repeat/candidate.ts";
import { Repeats } from "../../../repeat/repeats.ts";
import type { TypedCommit } from "./history.ts";
import { type PendingEdit, PendingFile } from "./pendingFile.ts";

export interface RepeatFigures {
	/** Places at which a hint was shown, and those where the commit makes just that change. */
	readonly offered: number;
	readonly right: number;
	/** Replacements inside a line that the commit has made before, and those of them that a hint had offered. */
	readonly repeated: number;
	readonly covered: number;
	/** `right` of `offered`, `covered` of `repeated`; null of none. */
	readonly precision: number | null;
	readonly recall: number | null;
}

export function repeatsOf(commits: readonly TypedCommit[]): RepeatFigures {
	const counts = { offered: 0, right: 0, repeated: 0, covered: 0 };
	for (const commit of commits) {
		const measured = new CommitRepeats(commit).make();
		for (const name of ["offered", "right", "repeated", "covered"] as const) counts[name] += measured[name];
	}
	const { offered, right, repeated, covered } = counts;
	return {
		...counts,
		precision: offered === 0 ? null : right / offered,
		recall: repeated === 0 ? null : covered / repeated,
	};
}

/** Documents are open once the commit has come to them; what an earlier commit taught is long forgotten. */
class CommitRepeats {
	offered = 0;
	right = 0;
	repeated = 0;
	covered = 0;
	readonly #engine = new Repeats();
	readonly #files: readonly PendingFile[];
	/** Edits that an offer has made. */
	readonly #taken = new Set<PendingEdit>();
	/** An offer that is shown again is the same one. */
	readonly #shown = new Set<string>();

	constructor({ files }: TypedCommit) {
		this.#files = files.map((file) => new PendingFile(file));
	}

	make(): this {
		const seen = new Set<string>();
		for (const file of this.#files) {
			this.#engine.open(file.path, file.path, file.text.split("\n"));
			this.#offer(file, { line: 0, character: 0 });
			for (const edit of file.edits) {
				const { replacement } = edit;
				if (replacement !== null) {
					if (seen.has(replacement)) {
						this.repeated++;
						if (this.#taken.has(edit)) this.covered++;
					}
					seen.add(replacement);
				}
				if (edit.isMade) continue;
				const change = file.make(edit);
				this.#engine.change(file.path, [change], edit.isDone ? "other" : "user");
				this.#engine.settle();
				this.#offer(file, file.endOf(edit));
			}
		}
		return this;
	}

	/** Shows hints from a position on, as long as they are right. */
	#offer(file: PendingFile, from: Position): void {
		let position = from;
		for (;;) {
			this.#engine.search(Number.POSITIVE_INFINITY, file.path);
			const place = this.#engine.hint(file.path, position);
			if (!place) return;
			const meant = file.editsThatMake(place);
			const key = JSON.stringify([file.path, file.lineAt(place.line), place.start, place.old, place.new]);
			if (!this.#shown.has(key)) {
				this.offered++;
				if (meant !== null) this.right++;
			}
			this.#shown.add(key);
			if (meant === null) return;
			position = this.#take(file, place, meant);
		}
	}

	#take(file: PendingFile, place: Place, meant: readonly PendingEdit[]): Position {
		for (const edit of meant) {
			this.#taken.add(edit);
			edit.isMade = true;
		}
		const { line, start, end } = place;
		this.#engine.take([place]);
		const change = { start: { line, character: start }, end: { line, character: end }, text: place.new };
		this.#engine.change(file.path, [change], "other");
		return { line, character: start + place.new.length };
	}
}
