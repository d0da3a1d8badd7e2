/** Figures as people read them. */
import { headOf, tailOf } from "../../platform/visibleText.ts";

/** Bits per character, or perplexity: two decimals tell models apart. */
export function decimals(value: number | null): string {
	return value === null ? "–" : value.toFixed(2);
}

/** With separators between thousands. */
export function count(value: number): string {
	return Math.round(value).toLocaleString("en-US");
}

/** "1 file", "2 files". */
export function quantity(value: number, noun: string): string {
	return `${count(value)} ${noun}${value === 1 ? "" : "s"}`;
}

export function percent(share: number): string {
	return `${Math.round(share * 100)} %`;
}

/** "0:42", "12:03", "1:02:03". */
export function duration(seconds: number): string {
	const whole = Math.max(0, Math.round(seconds));
	const parts = [Math.floor(whole / 60) % 60, whole % 60].map((part) => String(part).padStart(2, "0"));
	const hours = Math.floor(whole / 3600);
	return hours > 0 ? `${hours}:${parts.join(":")}` : parts.join(":").replace(/^0/, "");
}

/** Columns aligned, the first to the left, the others to the right; lines end with "\n". */
export function table(rows: readonly (readonly string[])[]): string {
	const widths: number[] = [];
	for (const row of rows) {
		for (const [column, cell] of row.entries()) widths[column] = Math.max(widths[column] ?? 0, cell.length);
	}
	const pad = (cell: string, column: number) =>
		column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0);
	return rows.map((row) => `${row.map(pad).join("  ").trimEnd()}\n`).join("");
}

/** At most `length` UTF-16 units of a text: its beginning, with "…" for the rest. */
export function cutEnd(text: string, length: number): string {
	return text.length <= length ? text : `${headOf(text, length - 1)}…`;
}

/** At most `length` UTF-16 units of a text: its end, with "…" for what stands before it. */
export function cutStart(text: string, length: number): string {
	return text.length <= length ? text : `…${tailOf(text, length - 1)}`;
}

/** Text of unknown origin on one line of a terminal, without what the terminal would obey. */
export function visible(text: string): string {
	return text
		.replaceAll("\n", "⏎")
		.replaceAll("\t", "→")
		.replaceAll(/[\p{Cc}\p{Cf}]/gu, "�");
}
