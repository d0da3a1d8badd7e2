/**
 * A table whose columns sort it, and whose rows may open files. Of a long one the host sends some rows at a time, and those in sight
 * are drawn; empty space stands for the others.
 */
import { rowsAtOnce, type ViewOrder, type ViewRow, type ViewTable } from "../protocol/view.ts";
import { element } from "./element.ts";

export interface TableEvents {
	sort(order: ViewOrder): void;
	/** Rows from this one on are wanted. */
	rows(from: number): void;
	open(file: string): void;
}

/** A table with more scrolls by itself, so that what comes after it is not far. */
const mostRows = 30;
/** Rows drawn above and below those in sight, for who goes from one to the next with the keyboard. */
const beyond = 10;
/** Pixels, where nothing can be measured yet. */
const usualRow = 24;
const usualHeight = 600;

/** From `first` up to `end`. */
export interface RowRange {
	readonly first: number;
	readonly end: number;
}

/** The rows to be drawn. */
export function rowsInSight(scrolled: number, height: number, rowHeight: number, count: number): RowRange {
	const top = Math.floor(scrolled / rowHeight);
	const first = Math.max(0, Math.min(top, count - 1) - beyond);
	return { first, end: Math.min(count, top + Math.ceil(height / rowHeight) + beyond) };
}

/** The rows to be drawn, and those on both sides of the one that has the focus, if that is one of them. */
function aroundFocus(focused: number | undefined, { first, end }: RowRange, count: number): RowRange {
	if (focused === undefined || focused < first || focused >= end) return { first, end };
	return {
		first: Math.min(first, Math.max(0, focused - beyond)),
		end: Math.max(end, Math.min(count, focused + beyond + 1)),
	};
}

export class DrawnTable {
	/** Scrolls by itself, also with the keyboard. */
	readonly frame: HTMLElement;
	readonly #table: ViewTable;
	readonly #events: TableEvents;
	readonly #headings: readonly HTMLElement[];
	readonly #body: HTMLElement;
	/** Empty spaces in place of the rows before and after those that are drawn. */
	readonly #above: Space;
	readonly #below: Space;
	#order: ViewOrder | null;
	/** By index. */
	readonly #rows = new Map<number, ViewRow>();
	/** Drawn, by index. */
	#drawn = new Map<number, HTMLElement>();
	readonly #asked = new Set<number>();
	#rowHeight = usualRow;

	constructor(beside: Node, table: ViewTable, events: TableEvents) {
		this.#table = table;
		this.#events = events;
		this.#order = table.order;
		const { id, title, columns, rowCount, rows } = table;
		const head = element(beside, "tr", {});
		this.#headings = columns.map((_, column) => this.#heading(head, column));
		head.append(...this.#headings);
		const top = element(head, "thead", {});
		top.append(head);
		this.#body = element(beside, "tbody", {});
		this.#above = new Space(beside, columns.length);
		this.#below = new Space(beside, columns.length);
		const isPart = rows.length < rowCount;
		// The first row is that of the headings.
		const drawn = element(beside, "table", isPart ? { "aria-rowcount": `${rowCount + 1}` } : {});
		drawn.append(element(drawn, "caption", {}, title), top);
		if (isPart) drawn.append(this.#above.element, this.#body, this.#below.element);
		else drawn.append(this.#body);
		const kinds = [...(rowCount > mostRows ? ["long"] : []), ...(isPart ? ["part"] : []), "table"];
		this.frame = element(beside, "div", {
			id: `${id}-frame`,
			class: kinds.join(" "),
			tabindex: "0",
			role: "group",
			"aria-label": title,
		});
		this.frame.append(drawn);
		if (isPart) {
			this.frame.addEventListener("scroll", () => this.draw());
			// On a busy machine keys are faster than scrolling, and would lead out of the rows that are drawn.
			this.frame.addEventListener("focusin", () => this.draw());
		}
		this.#keep(0, rows);
		this.#showOrder();
		this.draw();
	}

	/** Takes rows that were asked for. */
	receive(from: number, rows: readonly ViewRow[], order: ViewOrder | null): void {
		const isSame = JSON.stringify(order) === JSON.stringify(this.#order);
		if (!isSame) {
			this.#order = order;
			this.#showOrder();
			this.#forget();
			this.frame.scrollTop = 0;
		}
		this.#keep(from, rows);
		this.draw();
	}

	/** Draws the rows in sight, and asks for those of them that it does not have. */
	draw(): void {
		const { rowCount, rows } = this.#table;
		const rowHeight = this.#measuredRow();
		const { first, end } =
			rows.length < rowCount
				? aroundFocus(
						this.#focused(),
						rowsInSight(this.frame.scrollTop || 0, this.frame.clientHeight || usualHeight, rowHeight, rowCount),
						rowCount,
					)
				: { first: 0, end: rowCount };
		this.#above.stretch(first * rowHeight);
		this.#below.stretch((rowCount - end) * rowHeight);
		const before = this.#drawn;
		const focused = this.frame.ownerDocument.activeElement;
		this.#drawn = new Map();
		for (let at = first; at < end; at++) this.#drawn.set(at, before.get(at) ?? this.#row(at));
		this.#put(before);
		// The row of who has gone on with the mouse is out of sight; the table itself is not.
		if (focused !== null && focused !== this.frame.ownerDocument.activeElement)
			this.frame.focus({ preventScroll: true });
		for (let from = first - (first % rowsAtOnce); from < end; from += rowsAtOnce) this.#ask(from);
	}

	/** The index of the row that has the focus. */
	#focused(): number | undefined {
		const active = this.frame.ownerDocument.activeElement;
		for (const [at, row] of this.#drawn) if (row.contains(active)) return at;
		return undefined;
	}

	/** Pixels. */
	#measuredRow(): number {
		const [row] = this.#drawn.values();
		// Where a row is not on a screen, it has no height.
		this.#rowHeight = row?.getBoundingClientRect().height || this.#rowHeight;
		return this.#rowHeight;
	}

	/** Leaves alone the rows that stay: one of them may have the focus. */
	#put(before: ReadonlyMap<number, HTMLElement>): void {
		for (const row of before.values()) if (![...this.#drawn.values()].includes(row)) row.remove();
		let next: ChildNode | null = this.#body.firstChild;
		for (const row of this.#drawn.values()) {
			if (row === next) next = next.nextSibling;
			else this.#body.insertBefore(row, next);
		}
	}

	#ask(from: number): void {
		if (this.#rows.has(from) || this.#asked.has(from)) return;
		this.#asked.add(from);
		this.#events.rows(from);
	}

	#keep(from: number, rows: readonly ViewRow[]): void {
		for (const [at, row] of rows.entries()) {
			this.#rows.set(from + at, row);
			const before = this.#drawn.get(from + at);
			if (before === undefined) continue;
			// In place: a table that is shorter for a moment would be scrolled.
			const after = this.#row(from + at);
			const hadFocus = before.contains(this.frame.ownerDocument.activeElement);
			before.replaceWith(after);
			this.#drawn.set(from + at, after);
			if (hadFocus) after.querySelector("button")?.focus({ preventScroll: true });
		}
	}

	#forget(): void {
		for (const row of this.#drawn.values()) row.remove();
		this.#drawn.clear();
		this.#rows.clear();
		this.#asked.clear();
	}

	#showOrder(): void {
		for (const [column, heading] of this.#headings.entries()) {
			if (this.#order?.column === column)
				heading.setAttribute("aria-sort", this.#order.isDescending ? "descending" : "ascending");
			else heading.removeAttribute("aria-sort");
		}
	}

	#heading(beside: Node, column: number): HTMLElement {
		const { id, columns } = this.#table;
		const { title = "", isNumber = false } = columns[column] ?? {};
		const heading = element(beside, "th", { scope: "col", ...(isNumber ? { class: "number" } : {}) });
		const button = element(heading, "button", { type: "button", id: `${id}-${column}` }, title);
		button.addEventListener("click", () => {
			const isSame = this.#order?.column === column;
			// Large numbers first: they are what one looks for.
			this.#events.sort({ table: id, column, isDescending: isSame ? this.#order?.isDescending !== true : isNumber });
		});
		heading.append(button);
		return heading;
	}

	/** A row that has not come yet is empty, but takes the focus: who goes from row to row stays in the table. */
	#row(at: number): HTMLElement {
		const { columns } = this.#table;
		const come = this.#rows.get(at);
		const { file = null, cells = columns.map(() => "…") } = come ?? {};
		const hasButton = file !== null || come === undefined;
		const row = element(
			this.#body,
			"tr",
			this.#table.rows.length < this.#table.rowCount ? { "aria-rowindex": `${at + 2}` } : {},
		);
		for (const [column, text] of cells.entries()) {
			const isNumber = columns[column]?.isNumber === true;
			// The first cell says what the row is about.
			const cell =
				column === 0
					? element(row, "th", { scope: "row" }, hasButton ? "" : text)
					: element(row, "td", isNumber ? { class: "number" } : {}, text);
			if (column === 0 && hasButton) {
				// What is too long for its column is cut short there.
				const button = element(cell, "button", { type: "button", class: "link", title: text }, text);
				if (file !== null) button.addEventListener("click", () => this.#events.open(file));
				cell.append(button);
			}
			row.append(cell);
		}
		return row;
	}
}

/** Empty space in a table. */
class Space {
	readonly element: HTMLElement;
	readonly #cell: HTMLElement;

	constructor(beside: Node, columns: number) {
		this.element = element(beside, "tbody", { class: "space", "aria-hidden": "true" });
		const row = element(beside, "tr", {});
		this.#cell = element(beside, "td", { colspan: `${columns}` });
		row.append(this.#cell);
		this.element.append(row);
	}

	stretch(pixels: number): void {
		this.#cell.style.height = `${pixels}px`;
	}
}
