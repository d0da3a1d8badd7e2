/**
 * How long the provider takes to refuse; the editor's own suggestions wait for it. A fake replaces the editor, so only the
 * provider's own part is measured.
 */
import type * as vscode from "vscode";
import { quantile } from "../src/cli/terminal/quantile.ts";
import type { ProviderParts } from "../src/editor/suggestions/provider.ts";
import { StatisticsCounter } from "../src/editor/suggestions/statistics.ts";
import {
	EventEmitter,
	InlineCompletionTriggerKind,
	Position,
	readOnlySchemes,
} from "../test/unit/editor/fakeVscode.ts";

const cases = {
	disabled: { enabled: false, scheme: "file", line: "const a = " },
	longLine: { enabled: true, scheme: "file", line: `const a = ${"word ".repeat(10_000)}` },
	readOnly: { enabled: true, scheme: "vscode-vfs", line: "const a = " },
} as const;

/** The p95 in milliseconds of each kind of refusal. */
export async function measureRefusals(repetitions: number): Promise<Record<keyof typeof cases, number>> {
	const times = { disabled: 0, longLine: 0, readOnly: 0 };
	readOnlySchemes.add(cases.readOnly.scheme);
	for (const [name, { enabled, scheme, line }] of Object.entries(cases)) {
		times[name as keyof typeof cases] = await p95(enabled, scheme, line, repetitions);
	}
	return times;
}

async function p95(enabled: boolean, scheme: string, line: string, repetitions: number): Promise<number> {
	const { InlineProvider } = await import("../src/editor/suggestions/provider.ts");
	const parts = {
		clock: { now: () => performance.now() },
		statistics: new StatisticsCounter(),
		settings: {
			onDidChange: new EventEmitter<void>().event,
			suggestions: () => ({ enabled, threshold: "balanced", maxAlternatives: 3 }),
		},
		documents: { onDidEdit: new EventEmitter<never>().event, onDidDiscard: new EventEmitter<never>().event },
		server: { ready: true },
		continuation: () => undefined,
		// Not all of each part, but a part for each.
	} satisfies Record<keyof ProviderParts, unknown>;
	const document = {
		uri: { scheme, toString: () => `${scheme}:///a.ts` },
		lineCount: 1,
		lineAt: () => ({ text: line }),
		offsetAt: () => 0,
	};
	const provider = new InlineProvider(parts as unknown as ProviderParts);
	const context = { triggerKind: InlineCompletionTriggerKind.Automatic, selectedCompletionInfo: undefined };
	const times: number[] = [];
	for (let i = 0; i < repetitions; i++) {
		const start = performance.now();
		const answer = provider.provideInlineCompletionItems(
			document as unknown as vscode.TextDocument,
			new Position(0, 10) as unknown as vscode.Position,
			context,
			{ isCancellationRequested: false } as vscode.CancellationToken,
		);
		times.push(performance.now() - start);
		if (answer !== null) throw new Error(`The provider did not refuse: ${line}`);
	}
	provider.dispose();
	return quantile(times, 0.95);
}
