/** A table whose columns sort it, and whose rows may open files. */
import type { ViewRow, ViewTable } from "../protocol/view.ts";
import { element } from "./element.ts";

/** By which column a table is sorted. */
export interface Order {
	readonly column: number;
	readonly isDescending: boolean;
}

export interface TableEvents {
	/** Undefined: as the rows came. */
	readonly order: Order | undefined;
	ordered(order: Order): void;
	open(file: string): void;
}

/** A table with more scrolls by itself, so that what comes after it is not far. */
const mostRows = 30;

/** The rows in an order; rows without a value for it come last. */
export function sorted({ columns, rows }: ViewTable, order: Order | undefined): readonly ViewRow[] {
	const column = columns[order?.column ?? -1];
	if (order === undefined || column === undefined) return rows;
	const cellOf = ({ cells }: ViewRow) => cells[order.column];
	const known = column.isNumber ? rows.filter((row) => cellOf(row)?.value !== null) : [...rows];
	const unknown = column.isNumber ? rows.filter((row) => cellOf(row)?.value === null) : [];
	const compared = (one: ViewRow, other: ViewRow): number =>
		column.isNumber
			? (cellOf(one)?.value ?? 0) - (cellOf(other)?.value ?? 0)
			: (cellOf(one)?.text ?? "").localeCompare(cellOf(other)?.text ?? "");
	const ascending = known.toSorted(compared);
	return [...(order.isDescending ? ascending.toReversed() : ascending), ...unknown];
}

/** @param id begins the identifiers of what can have the focus */
export function drawTable(beside: Node, table: ViewTable, id: string, events: TableEvents): HTMLElement {
	const drawn = element(beside, "table", {});
	drawn.append(element(drawn, "caption", {}, table.title));
	let order = events.order;
	const body = element(drawn, "tbody", {});
	const head = element(drawn, "tr", {});
	const headings = table.columns.map(({ title, isNumber }, column) => {
		const heading = element(head, "th", { scope: "col", ...(isNumber ? { class: "number" } : {}) });
		const button = element(heading, "button", { type: "button", id: `${id}-${column}` }, title);
		button.addEventListener("click", () => {
			const isSame = order?.column === column;
			// Large numbers first: they are what one looks for.
			order = { column, isDescending: isSame ? order?.isDescending !== true : isNumber };
			events.ordered(order);
			fill();
		});
		heading.append(button);
		return heading;
	});
	head.append(...headings);
	const top = element(drawn, "thead", {});
	top.append(head);
	drawn.append(top, body);

	const fill = (): void => {
		for (const [column, heading] of headings.entries()) {
			if (order?.column === column) heading.setAttribute("aria-sort", order.isDescending ? "descending" : "ascending");
			else heading.removeAttribute("aria-sort");
		}
		body.replaceChildren(...sorted(table, order).map((row) => drawRow(body, table, row, events)));
	};
	fill();
	// A wide table scrolls by itself, also with the keyboard.
	const frame = element(beside, "div", {
		class: table.rows.length > mostRows ? "long table" : "table",
		tabindex: "0",
		role: "group",
		"aria-label": table.title,
	});
	frame.append(drawn);
	return frame;
}

function drawRow(beside: Node, { columns }: ViewTable, { file, cells }: ViewRow, events: TableEvents): HTMLElement {
	const row = element(beside, "tr", {});
	for (const [column, { text }] of cells.entries()) {
		const isNumber = columns[column]?.isNumber === true;
		// The first cell says what the row is about.
		const cell =
			column === 0
				? element(row, "th", { scope: "row" }, file === null ? text : "")
				: element(row, "td", isNumber ? { class: "number" } : {}, text);
		if (column === 0 && file !== null) {
			const button = element(cell, "button", { type: "button", class: "link" }, text);
			button.addEventListener("click", () => events.open(file));
			cell.append(button);
		}
		row.append(cell);
	}
	return row;
}
