/** A part of some texts that is typed in bearable time. */
import type { TextFile } from "./typing.ts";

export interface Sample {
	readonly files: readonly TextFile[];
	/** UTF-16 units from the beginning of each file; null if all are whole. */
	readonly each: number | null;
}

/** The beginnings of all files, in whole lines, of one length where they are longer, together at most `most` units. */
export function sampleOf(files: readonly TextFile[], most: number): Sample {
	const each = share(
		files.map(({ text }) => text.length),
		most,
	);
	if (each === null) return { files, each };
	return {
		files: files
			.map(({ path, text }) => ({ path, text: text.length <= each ? text : wholeLines(text, each) }))
			.filter(({ text }) => text !== ""),
		each,
	};
}

/** How much of each length is had if `most` is shared out equally; null if there is enough for all. */
function share(lengths: readonly number[], most: number): number | null {
	let left = most;
	for (const [i, length] of lengths.toSorted((a, b) => a - b).entries()) {
		const each = Math.floor(left / (lengths.length - i));
		if (length > each) return each;
		left -= length;
	}
	return null;
}

function wholeLines(text: string, length: number): string {
	return text.slice(0, text.lastIndexOf("\n", length - 1) + 1);
}
