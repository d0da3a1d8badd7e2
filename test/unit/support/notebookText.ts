/** Notebooks as Jupyter and VS Code write them. */

export interface CellContent {
	readonly type?: "code" | "markdown" | "raw";
	readonly source: string;
	/** Of VS Code's note of the cell's language. */
	readonly language?: string;
}

const pythonLineEnds = "\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029";

/** The pieces of a source as Python's `splitlines(True)` cuts them. */
export function pythonLines(source: string): string[] {
	const pieces: string[] = [];
	let piece = "";
	for (const [index, letter] of [...source].entries()) {
		piece += letter;
		const isCut = pythonLineEnds.includes(letter) && !(letter === "\r" && [...source][index + 1] === "\n");
		if (isCut) pieces.push(piece);
		if (isCut) piece = "";
	}
	return piece === "" ? pieces : [...pieces, piece];
}

export function notebookJson(cells: readonly (string | CellContent)[], language = "python"): string {
	const notebook = {
		cells: cells.map((cell) => {
			const { type = "code", source, language: own } = typeof cell === "string" ? { source: cell } : cell;
			const output = { output_type: "stream", name: "stdout", text: [`output of ${source.split("\n")[0]}\n`] };
			return {
				cell_type: type,
				metadata: own === undefined ? {} : { vscode: { languageId: own } },
				source: pythonLines(source),
				...(type === "code" ? { execution_count: 1, outputs: [output] } : {}),
			};
		}),
		metadata: { kernelspec: { display_name: "A kernel", language }, authors: ["nobody"] },
		nbformat: 4,
		nbformat_minor: 5,
	};
	return `${JSON.stringify(notebook, null, 1)}\n`;
}
