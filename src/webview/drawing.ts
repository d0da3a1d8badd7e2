/** Draws the sections of a page, and keeps what the user has chosen: the order of tables, what is unfolded, the axis. */
import type { ViewMessage, ViewOrder, ViewPage, ViewRequest, ViewSection, ViewTable } from "../protocol/view.ts";
import { viewOrder } from "../protocol/viewShapes.ts";
import { type Axis, barChart, lineChart } from "./charts.ts";
import { element } from "./element.ts";
import { DrawnTable } from "./table.ts";

/** Kept over a reload of the window. */
export interface Choices {
	axis: Axis;
	/** One of a table at most. */
	orders: readonly ViewOrder[];
	/** Identifiers of tables. */
	unfolded: readonly string[];
}

export interface DrawingEvents {
	ask(request: ViewRequest): void;
	chosen(choices: Choices): void;
}

/** Narrower charts cannot be read. */
const leastWidth = 280;
const mostWidth = 880;

export class Drawing {
	readonly #root: HTMLElement;
	readonly #choices: Choices;
	readonly #events: DrawingEvents;
	/** Of each section what it was drawn from, in JSON. */
	readonly #drawn = new Map<string, string>();
	/** By their identifiers; those that are folded away are not drawn. */
	readonly #tables = new Map<string, DrawnTable>();
	#page: ViewPage | undefined;
	#width = 0;

	/** @param kept the choices of an earlier drawing; anything else stands for none */
	constructor(root: HTMLElement, kept: unknown, events: DrawingEvents) {
		this.#root = root;
		this.#choices = choicesOf(kept);
		this.#events = events;
	}

	/** The orders of tables that the user has chosen. */
	get orders(): readonly ViewOrder[] {
		return this.#choices.orders;
	}

	receive(message: ViewMessage): void {
		switch (message.type) {
			case "show":
				this.show(message.page);
				break;
			case "change": {
				const { words, sections = [] } = this.#page ?? {};
				const changed = new Map(message.sections.map((section) => [section.id, section]));
				if (words !== undefined) this.show({ words, sections: sections.map((one) => changed.get(one.id) ?? one) });
				break;
			}
			case "rows":
				this.#tables.get(message.table)?.receive(message.from, message.rows, message.order);
				break;
		}
	}

	/** Draws what has changed since the last page. */
	show(page: ViewPage): void {
		this.#page = page;
		this.#width = Math.min(Math.max(this.#root.clientWidth, leastWidth), mostWidth);
		const ids = new Set(page.sections.map(({ id }) => id));
		for (const child of [...this.#root.children]) if (!ids.has(child.id)) child.remove();
		for (const [at, section] of page.sections.entries()) {
			const json = JSON.stringify([section, page.words, this.#width, this.#choices.axis]);
			const before = [...this.#root.children].find((child) => child.id === section.id);
			if (before !== undefined && this.#drawn.get(section.id) === json) continue;
			this.#drawn.set(section.id, json);
			const drawn = this.#draw(section);
			if (before === undefined) this.#root.insertBefore(drawn, this.#root.children[at] ?? null);
			else replaceInPlace(before, drawn);
			// Only on the page has it been known how high a row is.
			for (const { id } of section.tables) this.#tables.get(id)?.draw();
		}
	}

	/** Draws again if the page has another width. */
	resize(): void {
		if (this.#page !== undefined && Math.abs(this.#root.clientWidth - this.#width) > 4) this.show(this.#page);
	}

	#draw(section: ViewSection): HTMLElement {
		const { id, title, notes, actions, lines, bars, tables } = section;
		const drawn = element(this.#root, "section", { id, "aria-labelledby": `${id}-title` });
		drawn.append(element(drawn, "h2", { id: `${id}-title` }, title));
		for (const note of notes) drawn.append(element(drawn, "p", {}, note));
		if (actions.length > 0) {
			const row = element(drawn, "p", { class: "actions" });
			for (const { label, action } of actions) {
				const button = element(drawn, "button", { type: "button", id: `${id}-${action}` }, label);
				button.addEventListener("click", () => this.#events.ask({ type: "act", action }));
				row.append(button);
			}
			drawn.append(row);
		}
		if (lines !== null) {
			drawn.append(this.#axisChoice(id));
			const { words } = this.#page as ViewPage;
			drawn.append(lineChart(lines, this.#choices.axis, words, this.#width, drawn.ownerDocument));
		}
		if (bars !== null) drawn.append(barChart(bars, this.#width, drawn.ownerDocument));
		for (const table of tables) drawn.append(this.#table(table));
		return drawn;
	}

	#axisChoice(id: string): HTMLElement {
		const { words } = this.#page as ViewPage;
		const group = element(this.#root, "fieldset", {});
		group.append(element(group, "legend", {}, words.axis));
		for (const axis of ["time", "characters"] as const) {
			const input = element(group, "input", { type: "radio", name: `${id}-axis`, id: `${id}-${axis}` });
			input.checked = axis === this.#choices.axis;
			input.addEventListener("change", () => {
				this.#choices.axis = axis;
				this.#events.chosen(this.#choices);
				if (this.#page !== undefined) this.show(this.#page);
			});
			const label = element(group, "label", { for: input.id });
			label.append(input, words[axis]);
			group.append(label);
		}
		return group;
	}

	#table(table: ViewTable): HTMLElement {
		if (!table.isOfChart) return this.#drawTable(table);
		this.#tables.delete(table.id);
		const details = element(this.#root, "details", {});
		details.append(element(details, "summary", { id: `${table.id}-fold` }, this.#page?.words.sameNumbers ?? ""));
		// What is folded away need not be drawn each second.
		const draw = (): void => {
			if (details.open && details.children.length === 1) details.append(this.#drawTable(table));
			this.#tables.get(table.id)?.draw();
		};
		details.open = this.#choices.unfolded.includes(table.id);
		draw();
		details.addEventListener("toggle", () => {
			draw();
			const others = this.#choices.unfolded.filter((id) => id !== table.id);
			this.#choices.unfolded = details.open ? [...others, table.id] : others;
			this.#events.chosen(this.#choices);
		});
		return details;
	}

	#drawTable(table: ViewTable): HTMLElement {
		const drawn = new DrawnTable(this.#root, table, {
			sort: (order) => {
				this.#choices.orders = [...this.#choices.orders.filter((one) => one.table !== table.id), order];
				this.#events.chosen(this.#choices);
				this.#events.ask({ type: "sort", order });
			},
			rows: (from) => this.#events.ask({ type: "rows", table: table.id, from }),
			open: (file) => this.#events.ask({ type: "open", file }),
		});
		this.#tables.set(table.id, drawn);
		return drawn.frame;
	}
}

/** Whoever uses the keyboard, or has scrolled a table, stays where they were. */
function replaceInPlace(before: Element, after: Element): void {
	const scrolled = new Map([...before.querySelectorAll(".table")].map(({ id, scrollTop }) => [id, scrollTop]));
	const focused = before.contains(before.ownerDocument.activeElement) ? before.ownerDocument.activeElement : null;
	before.replaceWith(after);
	for (const frame of after.querySelectorAll(".table")) frame.scrollTop = scrolled.get(frame.id) ?? 0;
	if (focused === null) return;
	const same = focused.id === "" ? null : after.querySelector<HTMLElement>(`#${CSS.escape(focused.id)}`);
	same?.focus();
}

function choicesOf(kept: unknown): Choices {
	const found = (typeof kept === "object" && kept !== null ? kept : {}) as Partial<Record<keyof Choices, unknown>>;
	const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
	return {
		axis: found.axis === "characters" ? "characters" : "time",
		orders: listOf(found.orders).filter((order) => viewOrder.fault(order) === undefined) as ViewOrder[],
		unfolded: listOf(found.unfolded).filter((id) => typeof id === "string"),
	};
}
