/** A part of the edits of commits that is typed in bearable time: of each commit as much as of any other. */
import { RandomSource } from "../../../trainer/sampler.ts";
import type { TypedCommit } from "./history.ts";
import type { Edit, TypedPart } from "./lineEdits.ts";

/** Shorter edits are typed as a whole, or not at all. */
const leastCut = 160;

export interface EditSample {
	readonly commits: readonly TypedCommit[];
	/** Characters of each commit at most; null if all is typed. */
	readonly each: number | null;
}

/** `most` characters of all commits, about; the rest of each is done, not typed. Which part is a matter of chance. */
export function editSampleOf(commits: readonly TypedCommit[], most: number): EditSample {
	const totals = commits.map(({ files }) =>
		files.flatMap(({ edits }) => edits).reduce((sum, edit) => sum + size(edit), 0),
	);
	const each = shareOf(totals, most);
	if (each === null) return { commits, each };
	const random = new RandomSource(1);
	return {
		commits: commits.map((commit, i) => {
			const total = totals[i] as number;
			if (total <= each) return commit;
			const from = random.below(total - each + 1);
			return partOf(commit, from, from + each);
		}),
		each,
	};
}

/** Keys to type an edit: indentation has none. */
function size({ isDone, text }: Edit): number {
	return isDone ? 0 : text.replaceAll(/\n[ \t]*/g, "\n").length;
}

function shareOf(totals: readonly number[], most: number): number | null {
	let left = most;
	for (const [i, total] of totals.toSorted((a, b) => a - b).entries()) {
		const each = Math.floor(left / (totals.length - i));
		if (total > each) return each;
		left -= total;
	}
	return null;
}

/** Types only what lies from `from` up to `to`, in the characters of the commit. */
function partOf(commit: TypedCommit, from: number, to: number): TypedCommit {
	let at = 0;
	const isIn = (length: number): boolean => {
		const middle = at + length / 2;
		return middle >= from && middle < to;
	};
	const files = commit.files.map((file) => ({
		...file,
		edits: file.edits.flatMap((edit): Edit[] => {
			const length = size(edit);
			if (length === 0) return [edit];
			if (length <= leastCut || (at >= from && at + length <= to)) {
				const isTyped = isIn(length);
				at += length;
				return [{ ...edit, isDone: !isTyped }];
			}
			// Cut before line ends.
			let offset = 0;
			let part: TypedPart | undefined;
			for (const { length } of edit.text.split(/(?=\n)/)) {
				const keys = size({ ...edit, text: edit.text.slice(offset, offset + length) });
				if (isIn(keys)) part = { from: part?.from ?? offset, to: offset + length };
				at += keys;
				offset += length;
			}
			return [part === undefined ? { ...edit, isDone: true } : { ...edit, part }];
		}),
	}));
	return { ...commit, files };
}
