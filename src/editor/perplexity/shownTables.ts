/** What the page is sent of tables: some rows at a time, in the order that its user has chosen. */
import { rowsAtOnce, type ViewOrder, type ViewRow, type ViewSection, type ViewTable } from "../../protocol/view.ts";
import type { Row, Section, Table } from "./tables.ts";

export class ShownTables {
	/** By the tables' identifiers. */
	readonly #orders = new Map<string, ViewOrder>();
	/** By the tables' identifiers: sorting thousands of rows again for each part of them would take too long. */
	readonly #sorted = new Map<
		string,
		{ readonly table: Table; readonly order: ViewOrder; readonly rows: readonly Row[] }
	>();

	/** The user has chosen an order. */
	sort(order: ViewOrder): void {
		this.#orders.set(order.table, order);
	}

	section(section: Section): ViewSection {
		return { ...section, tables: section.tables.map((table) => this.#first(table)) };
	}

	/** @param from index of the first row in the present order */
	rows(table: Table, from: number): { readonly order: ViewOrder | null; readonly rows: readonly ViewRow[] } {
		const order = this.#orderOf(table);
		const part = this.#inOrder(table, order).slice(from, from + rowsAtOnce);
		return { order, rows: part.map(({ file, cells }) => ({ file, cells: cells.map(({ write }) => write()) })) };
	}

	#first(table: Table): ViewTable {
		const { id, title, isOfChart, columns } = table;
		return { id, title, isOfChart, columns, rowCount: table.rows.length, ...this.rows(table, 0) };
	}

	/** Null also where the order is about a column that the table does not have any more. */
	#orderOf({ id, columns }: Table): ViewOrder | null {
		const order = this.#orders.get(id);
		return order === undefined || order.column >= columns.length ? null : order;
	}

	#inOrder(table: Table, order: ViewOrder | null): readonly Row[] {
		if (order === null) return table.rows;
		const known = this.#sorted.get(table.id);
		if (known?.table === table && known.order === order) return known.rows;
		const rows = sorted(table, order);
		this.#sorted.set(table.id, { table, order, rows });
		return rows;
	}
}

/** The rows in an order; rows without a value for it come last. */
export function sorted({ columns, rows }: Pick<Table, "columns" | "rows">, order: ViewOrder): readonly Row[] {
	const isNumber = columns[order.column]?.isNumber === true;
	const keyOf = ({ cells }: Row) => cells[order.column]?.value ?? null;
	const known = rows.filter((row) => keyOf(row) !== null);
	const unknown = rows.filter((row) => keyOf(row) === null);
	const ascending = isNumber
		? known.toSorted((one, other) => Number(keyOf(one)) - Number(keyOf(other)))
		: known.toSorted((one, other) => collator.compare(String(keyOf(one)), String(keyOf(other))));
	return [...(order.isDescending ? ascending.toReversed() : ascending), ...unknown];
}

/** Comparing with one is ten times as fast as comparing strings by their own method. */
const collator = new Intl.Collator();
