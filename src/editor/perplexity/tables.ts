/** Sections and tables of the perplexity view, before the page is sent what it shows of them. */
import type { ViewSection, ViewTable } from "../../protocol/view.ts";

/** A table may have thousands of cells: the text of one is made once it is sent. */
export interface Cell {
	/** By which the rows are sorted; null: not known. */
	readonly value: number | string | null;
	readonly write: () => string;
}

export interface Row {
	/** Opened by a click on the first cell; null: none. */
	readonly file: string | null;
	/** One for each column. */
	readonly cells: readonly Cell[];
}

export interface Table extends Pick<ViewTable, "id" | "title" | "isOfChart" | "columns"> {
	readonly rows: readonly Row[];
}

export interface Section extends Omit<ViewSection, "tables"> {
	readonly tables: readonly Table[];
}

export function textCell(text: string): Cell {
	return { value: text, write: () => text };
}

/** @param value null: not known, which an empty cell says */
export function numberCell(value: number | null, write: (value: number) => string): Cell {
	return { value, write: () => (value === null ? "" : write(value)) };
}

export function row(cells: readonly Cell[], file: string | null = null): Row {
	return { file, cells };
}

/**
 * @param id as in `ViewTable`
 * @param columns titles; the first column says what a row is about, the others are numbers
 */
export function numbersTable(id: string, title: string, columns: readonly string[], rows: readonly Row[]): Table {
	return {
		id,
		title,
		isOfChart: false,
		columns: columns.map((column, at) => ({ title: column, isNumber: at > 0 })),
		rows,
	};
}

export function section(id: string, title: string, parts: Partial<Omit<Section, "id" | "title">>): Section {
	return { id, title, notes: [], actions: [], lines: null, bars: null, tables: [], ...parts };
}
