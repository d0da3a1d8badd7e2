/** English for log lines, which are not translated. */

/** "1 file", "3 files", "0.5 minutes": nouns whose plural ends in s. */
export function countOf(count: number, noun: string): string {
	return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
