/** Tables of the perplexity view. */
import type { ViewCell, ViewRow, ViewSection, ViewTable } from "../../protocol/view.ts";

export function textCell(text: string): ViewCell {
	return { text, value: null };
}

/** @param value null: not known, which an empty cell says */
export function numberCell(value: number | null, write: (value: number) => string): ViewCell {
	return { text: value === null ? "" : write(value), value };
}

export function row(cells: readonly ViewCell[], file: string | null = null): ViewRow {
	return { file, cells };
}

/** @param columns titles; the first column says what a row is about, the others are numbers */
export function numbersTable(title: string, columns: readonly string[], rows: readonly ViewRow[]): ViewTable {
	return {
		title,
		isOfChart: false,
		columns: columns.map((column, at) => ({ title: column, isNumber: at > 0 })),
		rows,
	};
}

export function section(id: string, title: string, parts: Partial<Omit<ViewSection, "id" | "title">>): ViewSection {
	return { id, title, notes: [], actions: [], lines: null, bars: null, tables: [], ...parts };
}
