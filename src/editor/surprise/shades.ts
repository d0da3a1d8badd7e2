/** Shades words by how surprising they are. */
import * as vscode from "vscode";
import { type SurpriseGrade, type SurprisingWord, surpriseGrades } from "../../domain/surprise.ts";
import { surpriseColors } from "../settings/names.ts";

/**
 * Themes of high contrast have no backgrounds but outlines (package.json gives the colours): the grades differ by their lines, so
 * that no one needs to tell colours apart.
 */
const lines: Readonly<Record<SurpriseGrade, string>> = { 1: "dotted", 2: "dashed", 3: "solid" };

export class Shades implements vscode.Disposable {
	readonly #types: readonly vscode.TextEditorDecorationType[] = surpriseGrades.map((grade) =>
		vscode.window.createTextEditorDecorationType({
			backgroundColor: new vscode.ThemeColor(surpriseColors.backgrounds[grade]),
			outlineColor: new vscode.ThemeColor(surpriseColors.outline),
			outlineStyle: lines[grade],
			outlineWidth: "1px",
			rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
			// The ruler shows where it is worth looking; each word of the first grade would fill it.
			...(grade === 1
				? {}
				: {
						overviewRulerColor: new vscode.ThemeColor(surpriseColors.ruler),
						overviewRulerLane: vscode.OverviewRulerLane.Right,
					}),
		}),
	);

	show(editor: vscode.TextEditor, words: readonly SurprisingWord[]): void {
		for (const [i, type] of this.#types.entries()) {
			const own = words.filter(({ grade }) => grade === surpriseGrades[i]);
			editor.setDecorations(type, own.map(rangeOf));
		}
	}

	dispose(): void {
		for (const type of this.#types) type.dispose();
	}
}

export function rangeOf({ line, start, end }: Pick<SurprisingWord, "line" | "start" | "end">): vscode.Range {
	return new vscode.Range(new vscode.Position(line, start), new vscode.Position(line, end));
}
