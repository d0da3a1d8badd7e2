/** Draws the sections of a page, and keeps what the user has chosen: the order of tables, what is unfolded, the axis. */
import type { ViewPage, ViewRequest, ViewSection, ViewTable } from "../protocol/view.ts";
import { type Axis, barChart, lineChart } from "./charts.ts";
import { element } from "./element.ts";
import { drawTable, type Order } from "./table.ts";

/** Kept over a reload of the window. */
export interface Choices {
	axis: Axis;
	/** By the titles of their sections and tables. */
	orders: Record<string, Order>;
	unfolded: Record<string, boolean>;
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
	#page: ViewPage | undefined;
	#width = 0;

	/** @param kept the choices of an earlier drawing; anything else stands for none */
	constructor(root: HTMLElement, kept: unknown, events: DrawingEvents) {
		this.#root = root;
		this.#choices = choicesOf(kept);
		this.#events = events;
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
			else replaceKeepingFocus(before, drawn);
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
		for (const table of tables) drawn.append(this.#table(section, table));
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

	#table(section: ViewSection, table: ViewTable): HTMLElement {
		const key = `${section.id}/${table.title}`;
		const drawn = drawTable(this.#root, table, `${section.id}-${section.tables.indexOf(table)}`, {
			order: this.#choices.orders[key],
			ordered: (order) => {
				this.#choices.orders[key] = order;
				this.#events.chosen(this.#choices);
			},
			open: (file) => this.#events.ask({ type: "open", file }),
		});
		if (!table.isOfChart) return drawn;
		const details = element(this.#root, "details", {});
		details.open = this.#choices.unfolded[key] === true;
		details.append(element(details, "summary", {}, this.#page?.words.sameNumbers ?? ""), drawn);
		details.addEventListener("toggle", () => {
			this.#choices.unfolded[key] = details.open;
			this.#events.chosen(this.#choices);
		});
		return details;
	}
}

/** Whoever uses the keyboard stays where they were. */
function replaceKeepingFocus(before: Element, after: Element): void {
	const focused = before.contains(before.ownerDocument.activeElement) ? before.ownerDocument.activeElement : null;
	before.replaceWith(after);
	if (focused === null) return;
	const same = focused.id === "" ? null : after.querySelector<HTMLElement>(`#${CSS.escape(focused.id)}`);
	same?.focus();
}

function choicesOf(kept: unknown): Choices {
	const found = (typeof kept === "object" && kept !== null ? kept : {}) as Partial<Record<keyof Choices, unknown>>;
	const record = (value: unknown): Record<string, unknown> =>
		typeof value === "object" && value !== null ? { ...value } : {};
	const orders = Object.entries(record(found.orders)).filter((entry): entry is [string, Order] => {
		const { column, isDescending } = record(entry[1]);
		return typeof column === "number" && typeof isDescending === "boolean";
	});
	const unfolded = Object.entries(record(found.unfolded)).filter(([, value]) => value === true);
	return {
		axis: found.axis === "characters" ? "characters" : "time",
		orders: Object.fromEntries(orders),
		unfolded: Object.fromEntries(unfolded.map(([key]) => [key, true])),
	};
}
