/** Lets the user choose among places where the change just made can be repeated. */
import * as vscode from "vscode";
import type { Place } from "../../repeat/candidate.ts";
import { chooseSeveral } from "../shown.ts";
import { rangeOf, sentenceOf } from "./hint.ts";

interface PlaceItem extends vscode.QuickPickItem {
	readonly place: Place;
}

/**
 * A list with a tick at each likely place, which shows the lines as they will be. VS Code's own preview of a
 * `WorkspaceEdit` comes up only for edits that need confirmation, and those start without a tick.
 *
 * @param likely those that are ticked from the start
 * @returns the places that the user leaves ticked; none if the list is closed
 */
export async function choosePlaces(places: readonly Place[], likely: ReadonlySet<Place>): Promise<readonly Place[]> {
	const [first] = places;
	if (!first) return [];
	const items = places.map((place) => itemOf(place, likely.has(place)));
	const chosen = await chooseSeveral(
		vscode.l10n.t("Repeat your change: {change}", { change: sentenceOf(first) }),
		vscode.l10n.t("Places where the change will be made"),
		items,
		({ place }) => reveal(place),
	);
	return (chosen ?? []).map(({ place }) => place);
}

function itemOf(place: Place, picked: boolean): PlaceItem {
	const document = documentOf(place);
	const line = document?.lineAt(place.line).text ?? "";
	const changed = line.slice(0, place.start) + place.new + line.slice(place.end);
	const path = vscode.workspace.asRelativePath(vscode.Uri.parse(place.document));
	return { label: changed.trim(), description: `${path}:${place.line + 1}`, picked, place };
}

/** Scrolls to the place on which the user is in the list, as far as its document is the one in front. */
function reveal(place: Place): void {
	const editor = vscode.window.activeTextEditor;
	if (editor?.document.uri.toString() !== place.document) return;
	editor.revealRange(rangeOf(place), vscode.TextEditorRevealType.InCenterIfOutsideViewport);
}

/** Undefined if it was closed. */
export function documentOf(place: Place): vscode.TextDocument | undefined {
	return vscode.workspace.textDocuments.find(({ uri }) => uri.toString() === place.document);
}
