/** The page of the perplexity view, drawn without a browser. */
import assert from "node:assert/strict";
import { DOMParser } from "linkedom";
import {
	rowsAtOnce,
	type ViewOrder,
	type ViewPage,
	type ViewRequest,
	type ViewRow,
	type ViewTable,
} from "../../../src/protocol/view.ts";
import { type Choices, Drawing } from "../../../src/webview/drawing.ts";
import { rowsInSight } from "../../../src/webview/table.ts";

const files: ViewTable = {
	id: "table",
	title: "By file",
	isOfChart: false,
	columns: [
		{ title: "File", isNumber: false },
		{ title: "Perplexity", isNumber: true },
	],
	order: null,
	rowCount: 3,
	rows: [
		{ file: "b.ts", cells: ["b.ts", "3.0"] },
		{ file: "a.ts", cells: ["a.ts", ""] },
		{ file: null, cells: ["<img src=x>", "12.5"] },
	],
};

const page: ViewPage = {
	words: {
		sameNumbers: "The same in numbers",
		axis: "Over",
		time: "time",
		seconds: "time, in seconds",
		minutes: "time, in minutes",
		characters: "characters read",
	},
	sections: [
		{
			id: "curve",
			title: "Curves",
			notes: ["A note."],
			actions: [{ label: "Train", action: "train" }],
			lines: {
				label: "Two curves",
				unit: "bits",
				lines: [
					{
						name: "training text",
						isHeldOut: false,
						isNewest: true,
						points: [
							{ seconds: 1, characters: 10, bpc: 3 },
							{ seconds: 5, characters: 90, bpc: 2 },
						],
					},
					{ name: "held-out text", isHeldOut: true, isNewest: true, points: [] },
				],
			},
			bars: null,
			tables: [{ ...files, id: "folded", isOfChart: true }],
		},
		{
			id: "files",
			title: "Files",
			notes: [],
			actions: [],
			lines: null,
			bars: { label: "Bars", unit: "perplexity", bars: [{ group: "TypeScript", name: "both", value: 3 }] },
			tables: [files],
		},
	],
};

class Page {
	readonly asked: ViewRequest[] = [];
	readonly choices: Choices[] = [];
	readonly main: HTMLElement;
	readonly drawing: Drawing;

	constructor(kept?: unknown, shown = page) {
		const document = new DOMParser().parseFromString("<html><body><main></main></body></html>", "text/html");
		this.main = document.querySelector("main") as unknown as HTMLElement;
		this.drawing = new Drawing(this.main, kept, {
			ask: (request) => this.asked.push(request),
			chosen: (choices) => this.choices.push(JSON.parse(JSON.stringify(choices))),
		});
		this.drawing.receive({ type: "show", page: shown });
	}

	dispatch(target: Element | undefined, event: string): void {
		assert.ok(target);
		target.dispatchEvent(new (this.main.ownerDocument.defaultView as Window & typeof globalThis).Event(event));
	}

	all(selector: string): HTMLElement[] {
		return [...this.main.querySelectorAll<HTMLElement>(selector)];
	}

	texts(selector: string): string[] {
		return this.all(selector).map(({ textContent }) => textContent ?? "");
	}

	click(selector: string, text: string): void {
		const found = this.all(selector).find(({ textContent }) => textContent === text);
		assert.ok(found, `${selector} ${text}`);
		this.dispatch(found, "click");
	}
}

describe("The page of the perplexity view", () => {
	it("has a heading for each section, and a table with the numbers of each chart", () => {
		const drawn = new Page();
		assert.deepEqual(drawn.texts("h2"), ["Curves", "Files"]);
		assert.deepEqual(drawn.texts("caption"), ["By file"]);
		assert.deepEqual(drawn.texts("summary"), ["The same in numbers"]);
		const [details] = drawn.all("#curve details") as (HTMLElement & { open: boolean })[];
		assert.ok(details);
		details.open = true;
		drawn.dispatch(details, "toggle");
		assert.deepEqual(drawn.texts("caption"), ["By file", "By file"]);
		assert.deepEqual(drawn.choices.at(-1)?.unfolded, ["folded"]);
		assert.deepEqual(new Page(drawn.choices.at(-1)).texts("caption"), ["By file", "By file"]);
		assert.deepEqual(drawn.texts("#files tbody th"), ["b.ts", "a.ts", "<img src=x>"]);
		assert.deepEqual(drawn.texts("#files tbody td"), ["3.0", "", "12.5"]);
		for (const heading of drawn.all("thead th")) assert.equal(heading.getAttribute("scope"), "col");
	});

	it("draws charts in the colours of the theme, as one picture with a name, and without styles of their own", () => {
		const drawn = new Page();
		const charts = drawn.all("svg");
		assert.deepEqual(
			charts.map((chart) => [chart.getAttribute("role"), chart.getAttribute("aria-label")]),
			[
				["img", "Two curves"],
				["img", "Bars"],
			],
		);
		assert.equal(drawn.all("style").length, 0);
		const colors = charts.flatMap((chart) =>
			[...chart.outerHTML.matchAll(/(?:fill|stroke)="([^"]*)"/g)].map(([, c]) => c),
		);
		assert.ok(colors.length > 0);
		for (const color of colors) assert.match(color ?? "", /^(?:none|currentColor|var\(--vscode-.*\))$/);
	});

	it("shows text as text, whatever it says", () => {
		assert.equal(new Page().all("img").length, 0);
	});

	it("asks the host for what is clicked", () => {
		const drawn = new Page();
		drawn.click("button", "Train");
		drawn.click("#files button", "a.ts");
		assert.deepEqual(drawn.asked, [
			{ type: "act", action: "train" },
			{ type: "open", file: "a.ts" },
		]);
	});

	it("has the host sort by a column, numbers from the greatest, and keeps what was chosen over a reload", () => {
		const drawn = new Page();
		const click = (isDescending: boolean, rows: readonly ViewRow[]): void => {
			drawn.click("#files th button", "Perplexity");
			const order: ViewOrder = { table: "table", column: 1, isDescending };
			assert.deepEqual(drawn.asked.pop(), { type: "sort", order });
			drawn.drawing.receive({ type: "rows", table: "table", order, from: 0, rows });
			const sorted = drawn.all("#files th[aria-sort]").map((heading) => heading.getAttribute("aria-sort"));
			assert.deepEqual(sorted, [isDescending ? "descending" : "ascending"]);
			assert.deepEqual(
				drawn.texts("#files tbody th"),
				rows.map(({ cells }) => cells[0]),
			);
		};
		const [first, second, third] = files.rows as [ViewRow, ViewRow, ViewRow];
		click(true, [third, first, second]);
		click(false, [first, third, second]);
		assert.deepEqual(new Page(drawn.choices.at(-1)).drawing.orders, [
			{ table: "table", column: 1, isDescending: false },
		]);
	});

	describe("with a table of five thousand rows", () => {
		const count = 5000;
		const rowsFrom = (from: number) =>
			Array.from({ length: rowsAtOnce }, (_, i) => ({ file: `${from + i}`, cells: [`${from + i}`, ""] }));
		const long = { ...files, rowCount: count, rows: rowsFrom(0) };
		const [, section] = page.sections;
		const longPage = { ...page, sections: [{ ...(section as (typeof page.sections)[0]), tables: [long] }] };
		let drawn: Page;

		beforeEach(() => {
			drawn = new Page(undefined, longPage);
		});

		const scrollTo = (row: number): void => {
			const [frame] = drawn.all(".table");
			Object.assign(frame as HTMLElement, { scrollTop: row * 24 });
			drawn.dispatch(frame, "scroll");
		};
		const names = () => drawn.texts("#files tbody:not([aria-hidden]) th");

		it("draws those in sight and says how many there are, in the height of all", () => {
			assert.ok(names().length < 60);
			assert.equal(drawn.all("table")[0]?.getAttribute("aria-rowcount"), `${count + 1}`);
			assert.equal(drawn.all("tr[aria-rowindex]")[0]?.getAttribute("aria-rowindex"), "2");
			const heights = drawn.all(".space td").map(({ style }) => Number.parseInt(style.height, 10));
			assert.equal((heights[0] ?? 0) + names().length * 24 + (heights[1] ?? 0), count * 24);
		});

		it("asks for the rows it comes to, once, and draws them when they come", () => {
			scrollTo(3000);
			scrollTo(3001);
			assert.deepEqual(
				drawn.asked.map((request) => request.type === "rows" && request.from),
				[2950, 3000],
			);
			assert.deepEqual([...new Set(names())], ["…"]);
			for (const from of [2950, 3000])
				drawn.drawing.receive({ type: "rows", table: "table", order: null, from, rows: rowsFrom(from) });
			assert.equal(names()[0], "2991");
			assert.ok(names().length < 60);
			assert.equal(drawn.all("tr[aria-rowindex]")[0]?.getAttribute("aria-rowindex"), "2993");
			drawn.click("#files button", "3000");
			assert.deepEqual(drawn.asked.at(-1), { type: "open", file: "3000" });
		});

		it("leaves the rows that stay in sight as they are: one of them may have the focus", () => {
			const row = (name: string) => drawn.all("tbody tr").find(({ textContent }) => textContent === name);
			const before = row("20");
			assert.ok(before);
			scrollTo(15);
			assert.equal(row("20"), before);
			assert.deepEqual(names().slice(0, 2), ["5", "6"]);
		});

		it("begins again at the top in another order", () => {
			scrollTo(10);
			const order: ViewOrder = { table: "table", column: 0, isDescending: true };
			drawn.drawing.receive({ type: "rows", table: "table", order, from: 0, rows: rowsFrom(4000) });
			assert.equal(names()[0], "4000");
			scrollTo(4990);
			assert.ok(drawn.asked.some((request) => request.type === "rows" && request.from === 4950));
		});

		it("draws as many rows at each place of it", () => {
			for (const scrolled of [0, 24 * 30, 24 * 4999, 24 * 9999]) {
				const { first, end } = rowsInSight(scrolled, 600, 24, count);
				assert.ok(first >= 0 && end <= count && first < end && end - first <= 45, `${first}–${end}`);
			}
		});
	});

	it("draws of a page the sections that are others", () => {
		const drawn = new Page();
		const [curve, other] = drawn.all("section");
		const [first] = page.sections;
		assert.ok(first);
		drawn.drawing.receive({ type: "change", sections: [{ ...first, notes: ["Another note."] }] });
		assert.notEqual(drawn.all("section")[0], curve);
		assert.equal(drawn.all("section")[1], other);
		assert.deepEqual(drawn.texts("#curve > p:not(.actions)"), ["Another note."]);
	});

	it("leaves alone what has not changed, and takes away what is gone", () => {
		const drawn = new Page();
		const [curve, other] = drawn.all("section");
		const [first, second] = page.sections;
		assert.ok(first && second);
		drawn.drawing.show({ ...page, sections: [{ ...first, notes: [] }, second] });
		assert.notEqual(drawn.all("section")[0], curve);
		assert.equal(drawn.all("section")[1], other);
		drawn.drawing.show({ ...page, sections: [second] });
		assert.deepEqual(drawn.texts("h2"), ["Files"]);
		drawn.drawing.show(page);
		assert.deepEqual(drawn.texts("h2"), ["Curves", "Files"]);
	});

	it("takes anything for what was kept", () => {
		for (const kept of [null, 7, "x", { axis: 1, orders: [null, { column: "c" }], unfolded: [7] }, { orders: {} }]) {
			const drawn = new Page(kept);
			assert.deepEqual(drawn.texts("#files tbody th"), ["b.ts", "a.ts", "<img src=x>"]);
			assert.deepEqual(drawn.drawing.orders, []);
		}
	});
});
