/** The page of the perplexity view, drawn without a browser. */
import assert from "node:assert/strict";
import { DOMParser } from "linkedom";
import type { ViewPage, ViewRequest, ViewTable } from "../../../src/protocol/view.ts";
import { type Choices, Drawing } from "../../../src/webview/drawing.ts";
import { sorted } from "../../../src/webview/table.ts";

const cell = (text: string, value: number | null = null) => ({ text, value });

const files: ViewTable = {
	title: "By file",
	isOfChart: false,
	columns: [
		{ title: "File", isNumber: false },
		{ title: "Perplexity", isNumber: true },
	],
	rows: [
		{ file: "b.ts", cells: [cell("b.ts"), cell("3.0", 3)] },
		{ file: "a.ts", cells: [cell("a.ts"), cell("", null)] },
		{ file: null, cells: [cell("<img src=x>"), cell("12.5", 12.5)] },
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
			tables: [{ ...files, isOfChart: true }],
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

	constructor(kept?: unknown) {
		const document = new DOMParser().parseFromString("<html><body><main></main></body></html>", "text/html");
		this.main = document.querySelector("main") as unknown as HTMLElement;
		this.drawing = new Drawing(this.main, kept, {
			ask: (request) => this.asked.push(request),
			chosen: (choices) => this.choices.push(JSON.parse(JSON.stringify(choices))),
		});
		this.drawing.show(page);
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
		found.dispatchEvent(new (this.main.ownerDocument.defaultView as Window & typeof globalThis).Event("click"));
	}
}

describe("The page of the perplexity view", () => {
	it("has a heading for each section, and a table with the numbers of each chart", () => {
		const drawn = new Page();
		assert.deepEqual(drawn.texts("h2"), ["Curves", "Files"]);
		assert.deepEqual(drawn.texts("caption"), ["By file", "By file"]);
		assert.deepEqual(drawn.texts("summary"), ["The same in numbers"]);
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

	it("sorts by a column, numbers from the greatest, and keeps the order over a reload and new numbers", () => {
		const drawn = new Page();
		drawn.click("#files th button", "Perplexity");
		assert.deepEqual(drawn.texts("#files tbody th"), ["<img src=x>", "b.ts", "a.ts"]);
		assert.equal(drawn.all("#files th[aria-sort]")[0]?.getAttribute("aria-sort"), "descending");
		drawn.click("#files th button", "Perplexity");
		assert.deepEqual(drawn.texts("#files tbody th"), ["b.ts", "<img src=x>", "a.ts"]);
		const again = new Page(drawn.choices.at(-1));
		assert.deepEqual(again.texts("#files tbody th"), ["b.ts", "<img src=x>", "a.ts"]);
		const [curve, other] = page.sections;
		assert.ok(curve && other);
		again.drawing.show({ ...page, sections: [curve, { ...other, tables: [{ ...files, rows: files.rows.slice(1) }] }] });
		assert.deepEqual(again.texts("#files tbody th"), ["<img src=x>", "a.ts"]);
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
		for (const kept of [null, 7, "x", { axis: 1, orders: { a: null, b: { column: "c" } }, unfolded: [] }])
			assert.deepEqual(new Page(kept).texts("#files tbody th"), ["b.ts", "a.ts", "<img src=x>"]);
		const order = { column: 9, isDescending: true };
		assert.equal(sorted(files, order), files.rows);
	});
});
