import assert from "node:assert/strict";
import type { Page } from "../../../../src/editor/perplexity/page.ts";
import type { PerplexityPanel as Panel } from "../../../../src/editor/perplexity/panel.ts";
import { numbersTable, row, type Section, section, textCell } from "../../../../src/editor/perplexity/tables.ts";
import { rowsAtOnce, type ViewMessage } from "../../../../src/protocol/view.ts";
import { viewRequestSamples } from "../../protocol/samples.ts";
import { FakeClock } from "../fakes.ts";
import * as fake from "../fakeVscode.ts";

const { PerplexityPanel } = await import("../../../../src/editor/perplexity/panel.ts");

const words = { sameNumbers: "", axis: "", time: "", seconds: "", minutes: "", characters: "" };

describe("The panel of the perplexity view", () => {
	const told: unknown[] = [];
	let clock: FakeClock;
	let page: Page;
	let pages: number;
	let panel: Panel;

	beforeEach(() => {
		told.length = 0;
		pages = 0;
		clock = new FakeClock();
		page = { words, sections: [] };
		fake.window.panels.length = 0;
		panel = new PerplexityPanel({
			scripts: new fake.Uri("/extension/dist") as never,
			clock,
			log: { warn: (text: string) => told.push(text) },
			page: () => {
				pages++;
				return page;
			},
			seen: () => told.push("seen"),
			open: (file) => told.push(file),
			act: (action) => told.push(action),
		});
	});

	afterEach(() => panel.dispose());

	const shown = (): fake.WebviewPanel => {
		const last = fake.window.panels.at(-1);
		assert.ok(last);
		return last;
	};
	const open = (): fake.WebviewPanel => {
		panel.show();
		shown().say(viewRequestSamples.ready);
		return shown();
	};

	it("is one, which is brought to the front when it is asked for again", () => {
		panel.show();
		panel.show();
		assert.equal(fake.window.panels.length, 1);
		assert.equal(shown().reveals, 1);
		shown().dispose();
		assert.equal(panel.isOpen, false);
		panel.show();
		assert.equal(fake.window.panels.length, 2);
	});

	it("tells its page what to show once the page takes messages, and says what is drawn", () => {
		panel.show();
		const { webview } = shown();
		assert.match(webview.html, /webview:\/extension\/dist\/view\.js/);
		panel.changed();
		assert.deepEqual(webview.posted, []);
		shown().say(viewRequestSamples.ready);
		assert.deepEqual(webview.posted, [{ type: "show", page }]);
		assert.equal(panel.drawn, undefined);
		shown().say(viewRequestSamples.drawn);
		assert.equal(panel.drawn, page);
	});

	/** Sections with a table of that many rows. */
	const sectionOf = (id: string, rows: number): Section =>
		section(id, id, {
			tables: [
				numbersTable(
					id,
					id,
					["Name"],
					Array.from({ length: rows }, (_, i) => row([textCell(`${id} ${i}`)])),
				),
			],
		});

	it("sends a page whole once, to who takes messages anew again, and then the sections that are others", () => {
		const curve = sectionOf("curve", 1);
		const files = sectionOf("files", 5000);
		page = { words, sections: [curve, files] };
		const { webview } = open();
		const newer = sectionOf("curve", 2);
		page = { words, sections: [newer, files] };
		clock.turn(2_000);
		panel.changed();
		clock.turn(2_000);
		panel.changed();
		shown().say(viewRequestSamples.ready);
		const posted = webview.posted as ViewMessage[];
		assert.deepEqual(
			posted.map((message) => [
				message.type,
				message.type === "show" ? message.page.sections.length : message.type === "change" && message.sections.length,
			]),
			[
				["show", 2],
				["change", 1],
				["show", 2],
			],
		);
		const bytes = posted.map((message) => JSON.stringify(message).length);
		assert.ok(Math.max(...bytes) < 5_000 && (bytes[1] ?? 0) < 500, `${bytes} bytes were sent`);
		assert.equal(panel.drawn, undefined);
		shown().say(viewRequestSamples.drawn);
		assert.equal(panel.drawn, page);
	});

	it("sends the rows that its page asks for, of the tables that are there, in the order that its user has chosen", () => {
		page = { words, sections: [sectionOf("files", 5000)] };
		panel.show();
		const order = { table: "files", column: 0, isDescending: true };
		shown().say({ type: "ready", orders: [order] });
		const rowsOf = (message: unknown) => {
			const { table, from, rows, order: inOrder } = message as Extract<ViewMessage, { type: "rows" }>;
			return [table, from, inOrder?.isDescending, rows.length, rows[0]?.cells[0]];
		};
		const { posted } = shown().webview;
		const [show] = posted as Extract<ViewMessage, { type: "show" }>[];
		assert.equal(show?.page.sections[0]?.tables[0]?.rows[0]?.cells[0], "files 999");
		shown().say({ type: "rows", table: "files", from: 4980 });
		shown().say({ type: "rows", table: "gone", from: 0 });
		shown().say({ type: "rows", table: "files", from: -1 });
		shown().say({ type: "sort", order: { ...order, isDescending: false } });
		assert.deepEqual(posted.slice(1).map(rowsOf), [
			["files", 4980, true, 20, "files 1014"],
			["files", 0, false, rowsAtOnce, "files 0"],
		]);
	});

	it("makes a nonce for each page", () => {
		panel.show();
		const first = shown().webview.html;
		shown().dispose();
		panel.show();
		assert.notEqual(shown().webview.html, first);
	});

	it("follows what changes, every two seconds at most and only while it is seen", () => {
		open();
		for (let i = 0; i < 10; i++) {
			panel.changed();
			clock.turn(200);
		}
		assert.equal(pages, 2);
		shown().see(false);
		clock.turn(5_000);
		panel.changed();
		clock.turn(5_000);
		assert.equal(pages, 2);
		shown().see(true);
		assert.equal(pages, 3);
		shown().dispose();
		panel.changed();
		assert.equal(clock.pending, 0);
		assert.equal(pages, 3);
	});

	it("passes on what the page asks for, and drops what it must not ask", () => {
		open().say(viewRequestSamples.open);
		shown().say(viewRequestSamples.act);
		shown().say({ type: "act", action: "workbench.action.quit" });
		shown().say("open");
		assert.deepEqual(told, [
			"seen",
			"secret.ts",
			"train",
			"A message from the perplexity view was dropped: the field action of the type act is missing or wrong.",
			"A message from the perplexity view was dropped: its type is unknown.",
		]);
	});

	it("is brought back after a reload of the window, unless the user was faster", async () => {
		const restored = new fake.WebviewPanel();
		await panel.deserializeWebviewPanel(restored as never);
		restored.say(viewRequestSamples.ready);
		assert.equal(restored.webview.posted.length, 1);
		assert.deepEqual(Object.keys(restored.webview.options as object).sort(), ["enableScripts", "localResourceRoots"]);
		const second = new fake.WebviewPanel();
		await panel.deserializeWebviewPanel(second as never);
		assert.equal(second.isDisposed, true);
		assert.equal(restored.isDisposed, false);
	});
});
