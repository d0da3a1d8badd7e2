/** Finds the values of the secrets of Kubernetes, whose names are free: `kind: Secret` above `data:`. */
import type { SearchedText } from "../searchedText.ts";
import type { Span } from "../span.ts";
import { isPlaceholder } from "../values.ts";

const kind = /kind["']?:[ \t]{1,8}["']?Secret["']?[ \t]{0,8}\r?\n/y;
/** Secrets with certificates are longer than this, and are found as keys. */
const manifestUnits = 8192;
const section = /^(?:data|stringData):[ \t]*$/;
const entry = /^([ \t]+["']?[\w.-]{1,100}["']?:[ \t]{1,8}["']?)([^\s"'|>{[][^\n"']{2,4000})/;

export function clusterSecret({ text }: SearchedText, at: number, spans: Span[]): void {
	kind.lastIndex = at;
	if (!kind.test(text)) return;
	const part = text.slice(kind.lastIndex, kind.lastIndex + manifestUnits);
	let isData = false;
	let start = kind.lastIndex;
	for (const line of part.split("\n")) {
		if (/^(?:---|\.\.\.)/.test(line)) return;
		if (/^\S/.test(line)) isData = section.test(line.trimEnd());
		const match = isData ? entry.exec(line) : null;
		const value = match?.[2]?.trimEnd();
		if (match && value !== undefined && !isPlaceholder(value)) {
			const from = start + (match[1]?.length ?? 0);
			spans.push({ start: from, end: from + value.length });
		}
		start += line.length + 1;
	}
}
