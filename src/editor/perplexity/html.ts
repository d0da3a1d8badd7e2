/** The page of the perplexity view before its script has drawn anything. */

export interface PageParts {
	/** As in `vscode.env.language`. */
	readonly language: string;
	readonly title: string;
	/** Addresses that the page may load. */
	readonly script: string;
	readonly style: string;
	/** Made anew for each page: only elements that carry it are run or used. */
	readonly nonce: string;
}

/** The page may load its own script and style sheet and nothing else: no picture, no font, no frame, and nothing from a network. */
export function pageHtml({ language, title, script, style, nonce }: PageParts): string {
	const policy = `default-src 'none'; script-src 'nonce-${nonce}'; style-src 'nonce-${nonce}'; base-uri 'none'; form-action 'none'`;
	return `<!DOCTYPE html>
<html lang="${escaped(language)}">
<head>
<meta charset="UTF-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1.0">
<title>${escaped(title)}</title>
<link rel="stylesheet" nonce="${nonce}" href="${escaped(style)}">
</head>
<body>
<header><h1>${escaped(title)}</h1></header>
<main></main>
<script nonce="${nonce}" src="${escaped(script)}"></script>
</body>
</html>
`;
}

const entities: Readonly<Record<string, string>> = {
	"&": "&amp;",
	"<": "&lt;",
	">": "&gt;",
	'"': "&quot;",
	"'": "&#39;",
};

function escaped(text: string): string {
	return text.replaceAll(/[&<>"']/g, (character) => entities[character] ?? character);
}
