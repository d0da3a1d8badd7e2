/**
 * Whether suggestions are on, what decides it, and what to change to turn them on or off. `inkling.enable` may have a value in
 * each layer of settings, and in each layer another one for a language. VS Code takes a value for the language before all
 * others, however wide its layer is; among equals it takes the narrowest layer.
 */
import { checkSetting, type SettingFault } from "./check.ts";

/** From the widest to the narrowest. */
const layers = ["default", "user", "workspace", "folder"] as const;
export type Layer = (typeof layers)[number];
export type WritableLayer = Exclude<Layer, "default">;

/** One place where `inkling.enable` may have a value. */
export interface Place<In extends Layer = Layer> {
	readonly layer: In;
	/** The value is for one language. */
	readonly forLanguage: boolean;
}

export interface OnOff {
	readonly enabled: boolean;
	/**
	 * `policy`: `inkling.policy.forceOff`, which comes before all others. `everywhere`: `inkling.disableEverywhere`, which comes
	 * before every value of `inkling.enable`.
	 */
	readonly decidedBy: Place | "everywhere" | "policy";
}

/** As `WorkspaceConfiguration.inspect` answers, but of values that nobody has checked. */
export interface Inspection {
	readonly defaultValue?: unknown;
	readonly globalValue?: unknown;
	readonly workspaceValue?: unknown;
	readonly workspaceFolderValue?: unknown;
	readonly defaultLanguageValue?: unknown;
	readonly globalLanguageValue?: unknown;
	readonly workspaceLanguageValue?: unknown;
	readonly workspaceFolderLanguageValue?: unknown;
}

const general = {
	default: "defaultValue",
	user: "globalValue",
	workspace: "workspaceValue",
	folder: "workspaceFolderValue",
} as const satisfies Record<Layer, keyof Inspection>;

const forLanguages = {
	default: "defaultLanguageValue",
	user: "globalLanguageValue",
	workspace: "workspaceLanguageValue",
	folder: "workspaceFolderLanguageValue",
} as const satisfies Record<Layer, keyof Inspection>;

/** The places that may decide, the first with a value does. */
const places: readonly Place[] = [true, false].flatMap((forLanguage) =>
	layers.toReversed().map((layer) => ({ layer, forLanguage })),
);

function keyOf({ layer, forLanguage }: Place): keyof Inspection {
	return (forLanguage ? forLanguages : general)[layer];
}

/** What `inkling.enable` comes to, with the fault of the value that decides. */
export function decide(inspection: Inspection): OnOff & { readonly decidedBy: Place; readonly fault?: SettingFault } {
	const decidedBy = places.find((place) => inspection[keyOf(place)] !== undefined) ?? nowhere;
	const { value: enabled, fault } = checkSetting("enable", inspection[keyOf(decidedBy)]);
	return { enabled, decidedBy, ...(fault ? { fault } : {}) };
}

const nowhere: Place = { layer: "default", forLanguage: false };

/** A value to write; undefined removes the one that is there. */
export interface Change extends Place<WritableLayer> {
	readonly value: boolean | undefined;
}

/**
 * The one change that makes suggestions `wanted`, for the language or in general; undefined if they are. It changes the layer
 * that decides now, and removes a value there if that is enough: what a wider layer says then holds again.
 */
export function changeFor(inspection: Inspection, wanted: boolean, forLanguage: boolean): Change | undefined {
	const { enabled, decidedBy } = decide(inspection);
	if (enabled === wanted) return undefined;
	const layer = decidedBy.layer === "default" ? "user" : decidedBy.layer;
	const place = { layer, forLanguage };
	const without = { ...inspection, [keyOf(place)]: undefined };
	return { ...place, value: decide(without).enabled === wanted ? undefined : wanted };
}

/** What *Enable or Disable* does next. */
export type Toggle = "disableEverywhere" | "enableEverywhere" | "enable";

/** @param here for the active document's language @param inGeneral there, but for languages without a value of their own */
export function nextToggle(here: OnOff, inGeneral: OnOff): Toggle {
	if (here.decidedBy === "everywhere") return "enableEverywhere";
	return here.enabled || inGeneral.enabled ? "disableEverywhere" : "enable";
}
