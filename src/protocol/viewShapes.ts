/** The shapes of the messages between the extension host and the page of the perplexity view. */
import { points } from "./curves.ts";
import { count, flag, list, Messages, nullable, number, object, oneOf, text } from "./shape.ts";
import type {
	BarChart,
	ChartLine,
	LineChart,
	ViewAction,
	ViewMessage,
	ViewOrder,
	ViewPage,
	ViewRequest,
	ViewRow,
	ViewSection,
	ViewTable,
	ViewWords,
} from "./view.ts";

const action = oneOf<ViewAction>({
	train: true,
	stopTraining: true,
	showFiles: true,
	resetStatistics: true,
	openSettings: true,
});

export const viewOrder = object<ViewOrder>({ table: text, column: count, isDescending: flag });

export const viewRequests = new Messages<ViewRequest>({
	ready: { orders: list(viewOrder) },
	drawn: {},
	rows: { table: text, from: count },
	sort: { order: viewOrder },
	open: { file: text },
	act: { action },
});

const rows = list(object<ViewRow>({ file: nullable(text), cells: list(text) }));

const table = object<ViewTable>({
	id: text,
	title: text,
	isOfChart: flag,
	columns: list(object({ title: text, isNumber: flag })),
	order: nullable(viewOrder),
	rowCount: count,
	rows,
});

const section = object<ViewSection>({
	id: text,
	title: text,
	notes: list(text),
	actions: list(object({ label: text, action })),
	lines: nullable(
		object<LineChart>({
			label: text,
			unit: text,
			lines: list(object<ChartLine>({ name: text, isHeldOut: flag, isNewest: flag, points })),
		}),
	),
	bars: nullable(
		object<BarChart>({ label: text, unit: text, bars: list(object({ group: text, name: text, value: number })) }),
	),
	tables: list(table),
});

export const viewMessages = new Messages<ViewMessage>({
	show: {
		page: object<ViewPage>({
			words: object<ViewWords>({
				sameNumbers: text,
				axis: text,
				time: text,
				seconds: text,
				minutes: text,
				characters: text,
			}),
			sections: list(section),
		}),
	},
	change: { sections: list(section) },
	rows: { table: text, order: nullable(viewOrder), from: count, rows },
});
