/** The shapes of the messages between the extension host and the page of the perplexity view. */
import { points } from "./curves.ts";
import { flag, list, Messages, nullable, number, object, oneOf, text } from "./shape.ts";
import type {
	BarChart,
	ChartLine,
	LineChart,
	ViewAction,
	ViewCell,
	ViewMessage,
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

export const viewRequests = new Messages<ViewRequest>({
	ready: {},
	drawn: {},
	open: { file: text },
	act: { action },
});

const table = object<ViewTable>({
	title: text,
	isOfChart: flag,
	columns: list(object({ title: text, isNumber: flag })),
	rows: list(
		object<ViewRow>({ file: nullable(text), cells: list(object<ViewCell>({ text, value: nullable(number) })) }),
	),
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
});
