/** The script of the perplexity view: draws what the extension host sends, and tells it what the user wants. */
import type { ViewRequest } from "../protocol/view.ts";
import { viewMessages } from "../protocol/viewShapes.ts";
import { type Choices, Drawing } from "./drawing.ts";

interface VsCodeApi {
	postMessage(message: ViewRequest): void;
	getState(): unknown;
	setState(state: Choices): void;
}

declare function acquireVsCodeApi(): VsCodeApi;

const vscode = acquireVsCodeApi();
const root = document.querySelector("main");
if (root === null) throw new Error("the page has no main element");

const drawing = new Drawing(root, vscode.getState(), {
	ask: (request) => vscode.postMessage(request),
	chosen: (choices) => vscode.setState(choices),
});

window.addEventListener("message", ({ data }: MessageEvent<unknown>) =>
	viewMessages.receive(
		data,
		(message) => {
			drawing.receive(message);
			if (message.type !== "rows") vscode.postMessage({ type: "drawn" });
		},
		(reason) => console.warn(`A message to the page was dropped: ${reason}.`),
	),
);
// A chart is as wide as the page.
new ResizeObserver(() => drawing.resize()).observe(root);
vscode.postMessage({ type: "ready", orders: drawing.orders });
