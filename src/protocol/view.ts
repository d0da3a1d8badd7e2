/**
 * The messages between the extension host and the page of the perplexity view. The host decides what is shown and says it in
 * the user's language; the page draws it.
 */
import type { CurvePoint } from "../domain/curve.ts";

/** What the page may ask the host for. */
export type ViewAction = "train" | "stopTraining" | "showFiles" | "resetStatistics" | "openSettings";

/** By which column a table is sorted. */
export interface ViewOrder {
	readonly table: string;
	readonly column: number;
	readonly isDescending: boolean;
}

export type ViewRequest =
	/** The page takes messages from now on; its user has chosen these orders. */
	| { readonly type: "ready"; readonly orders: readonly ViewOrder[] }
	/** The page has drawn what it was shown last. */
	| { readonly type: "drawn" }
	/** Send rows of a table, from this one on. */
	| { readonly type: "rows"; readonly table: string; readonly from: number }
	/** Sort a table. */
	| { readonly type: "sort"; readonly order: ViewOrder }
	/** Open a file that a table names. */
	| { readonly type: "open"; readonly file: string }
	| { readonly type: "act"; readonly action: ViewAction };

export type ViewMessage =
	| { readonly type: "show"; readonly page: ViewPage }
	/** Sections of the page that are others now; the rest stays. */
	| { readonly type: "change"; readonly sections: readonly ViewSection[] }
	/** Rows of a table in its order, from one of them on. */
	| {
			readonly type: "rows";
			readonly table: string;
			readonly order: ViewOrder | null;
			readonly from: number;
			readonly rows: readonly ViewRow[];
	  };

/** Rows that are sent at once: more than a screen shows, and few enough to send and draw in no time. */
export const rowsAtOnce = 50;

export interface ViewPage {
	readonly words: ViewWords;
	readonly sections: readonly ViewSection[];
}

/** Words of the page itself. */
export interface ViewWords {
	/** Opens the table of the numbers that a chart shows. */
	readonly sameNumbers: string;
	/** What the horizontal axis of a learning curve may count. */
	readonly axis: string;
	readonly time: string;
	/** Titles of the axis. */
	readonly seconds: string;
	readonly minutes: string;
	readonly characters: string;
}

export interface ViewSection {
	/** The same each time. */
	readonly id: string;
	readonly title: string;
	/** A paragraph each. */
	readonly notes: readonly string[];
	readonly actions: readonly { readonly label: string; readonly action: ViewAction }[];
	readonly lines: LineChart | null;
	readonly bars: BarChart | null;
	readonly tables: readonly ViewTable[];
}

export interface ChartLine {
	readonly name: string;
	/** Measured on held-out text; else on the text that was just trained on. */
	readonly isHeldOut: boolean;
	/** Of the newest training. */
	readonly isNewest: boolean;
	readonly points: readonly CurvePoint[];
}

export interface LineChart {
	/** What a screen reader says of it. */
	readonly label: string;
	/** Of the vertical axis. */
	readonly unit: string;
	readonly lines: readonly ChartLine[];
}

export interface BarChart {
	/** What a screen reader says of it. */
	readonly label: string;
	/** Of the values. */
	readonly unit: string;
	/** In the order in which they are drawn; those of one group stand together. */
	readonly bars: readonly { readonly group: string; readonly name: string; readonly value: number }[];
}

export interface ViewTable {
	/** No other table of the page has it, and it is the same each time. */
	readonly id: string;
	readonly title: string;
	/** It says what the chart of its section shows, and is folded away until it is wanted. */
	readonly isOfChart: boolean;
	readonly columns: readonly { readonly title: string; readonly isNumber: boolean }[];
	/** Null: as the host gives the rows. */
	readonly order: ViewOrder | null;
	/** Of the whole table. */
	readonly rowCount: number;
	/** The first ones, `rowsAtOnce` at most; the page asks for the others. */
	readonly rows: readonly ViewRow[];
}

export interface ViewRow {
	/** Opened by a click on the first cell; null: none. */
	readonly file: string | null;
	/** Texts, one for each column. */
	readonly cells: readonly string[];
}
