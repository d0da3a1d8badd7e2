/** What the page is sent of long tables. */
import assert from "node:assert/strict";
import { ShownTables, sorted } from "../../../../src/editor/perplexity/shownTables.ts";
import type { Cell } from "../../../../src/editor/perplexity/tables.ts";
import { numbersTable, row, section, textCell } from "../../../../src/editor/perplexity/tables.ts";
import { rowsAtOnce } from "../../../../src/protocol/view.ts";

const count = 5000;

describe("The tables of the perplexity view", () => {
	let written = 0;
	let tables: ShownTables;

	beforeEach(() => {
		written = 0;
		tables = new ShownTables();
	});

	const number = (value: number | null): Cell => ({
		value,
		write() {
			written++;
			return `${value}`;
		},
	});
	/** Row `i` has the number −i. */
	const long = numbersTable(
		"long",
		"Long",
		["Name", "Number"],
		Array.from({ length: count }, (_, i) => row([textCell(`row ${i}`), number(-i)], `row ${i}`)),
	);

	it("are sent, and their numbers written, a few rows at a time", () => {
		const [first] = tables.section(section("s", "S", { tables: [long] })).tables;
		assert.deepEqual([first?.rowCount, first?.rows.length, first?.order], [count, rowsAtOnce, null]);
		assert.deepEqual(first?.rows[1], { file: "row 1", cells: ["row 1", "-1"] });
		assert.equal(written, rowsAtOnce);
		assert.deepEqual(
			tables.rows(long, count - 2).rows.map(({ file }) => file),
			[`row ${count - 2}`, `row ${count - 1}`],
		);
		assert.equal(written, rowsAtOnce + 2);
	});

	it("are sent in the order that the user has chosen, also when there are other numbers, as long as there is its column", () => {
		const order = { table: "long", column: 1, isDescending: false };
		tables.sort(order);
		assert.deepEqual(tables.rows(long, 0).order, order);
		assert.equal(tables.rows(long, 0).rows[0]?.file, `row ${count - 1}`);
		assert.equal(tables.rows(long, count - 1).rows[0]?.file, "row 0");
		const other = { ...long, rows: long.rows.slice(0, 10) };
		assert.equal(tables.rows(other, 0).rows[0]?.file, "row 9");
		assert.equal(tables.rows({ ...long, columns: long.columns.slice(0, 1) }, 0).order, null);
	});

	it("are sorted by numbers, which may be missing, or by texts", () => {
		const { columns } = long;
		const rows = [
			row([textCell("b"), number(3)]),
			row([textCell("a"), number(null)]),
			row([textCell("c"), number(12)]),
		];
		const names = (column: number, isDescending: boolean) =>
			sorted({ columns, rows }, { table: "long", column, isDescending }).map(({ cells }) => cells[0]?.value);
		assert.deepEqual(names(1, true), ["c", "b", "a"]);
		assert.deepEqual(names(1, false), ["b", "c", "a"]);
		assert.deepEqual(names(0, false), ["a", "b", "c"]);
	});
});
